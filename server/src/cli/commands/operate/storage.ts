/** `stepwell storage`: how much a running engine keeps, and how much room that takes. Called by program. */
import type { Command } from "commander";
import type { StorageAnswer } from "../../../api/answers.ts";
import { formatBytes } from "../../format/format-bytes.ts";
import { formatMoment } from "../../format/format-duration.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

export function addStorageCommand(program: Command, terminal: Terminal): void {
  const command = program.command("storage").description("show how much the engine keeps, and the room that it takes");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const use = await clientOf(options, terminal).get<StorageAnswer>("/v2/storage");
    const { print, colors, now } = terminal;
    if (options.json === true) return print(JSON.stringify(use));
    const since = (at: string | null): string =>
      at === null ? "" : colors.dim(`  oldest ${formatMoment(Date.parse(at), now())}`);
    const row = (label: string, value: string): void => print(`  ${colors.dim(label.padEnd(12))} ${value}`);
    row("records", formatBytes(use.usedBytes));
    row("on disk", use.diskBytes === 0 ? "nothing, state is in memory" : formatBytes(use.diskBytes));
    row("runs", `${use.runs} (${use.openRuns} open)${since(use.oldestRunAt)}`);
    row("events", `${use.events}${since(use.oldestEventAt)}`);
    row("steps", String(use.steps));
    row("log lines", String(use.logLines ?? 0));
    row("queue", String(use.queueItems));
    row("dead letters", String(use.deadLetters));
  });
}
