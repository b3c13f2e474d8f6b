/** `stepwell tail`: what a running engine does, as it happens. Called by program. */
import { type Command, Option } from "commander";
import { createLiveLines, liveFields } from "../../format/live-lines.ts";
import { followEngine } from "../../live/follow-engine.ts";
import type { LiveEntry } from "../../live/live-entry.ts";
import { parseRunStatuses, statusNames } from "../../parse/parse-run-status.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface TailOptions extends ClientOptions {
  function?: string[];
  app?: string;
  status?: string;
}

const append = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
const lostText = "The connection to the engine is lost. Trying again …";

/** Prints entries as lines, or as JSON. */
export function createTeller(json: boolean, terminal: Terminal): (entry: LiveEntry) => void {
  const { print, colors, width } = terminal;
  if (json) return (entry) => print(JSON.stringify(liveFields(entry)));
  const live = createLiveLines(colors, width);
  return (entry) => {
    for (const line of live.lines(entry)) print(line);
  };
}

/** Says that the connection is lost. */
export const createLostTeller =
  ({ warn, colors }: Pick<Terminal, "warn" | "colors">): (() => void) =>
  () =>
    warn(colors.yellow(lostText));

export function addTailCommand(program: Command, terminal: Terminal): void {
  const summary = "show what a running engine does, as it happens";
  const more =
    "Events, runs, steps and what functions log, until Ctrl-C. A connection that is lost is taken up again where it was. With --status a run is shown once it has come to one of these, with all that it did before; events have none and are left out.";
  const command = program
    .command("tail")
    .summary(summary)
    .description(`${summary}\n\n${more}`)
    .addOption(new Option("--function <function>", "only this one; can be given again").argParser(append))
    .addOption(new Option("--app <app>", "only those of one app"))
    .addOption(new Option("--status <status>", `only runs with these, with commas between them: ${statusNames}`));
  addClientOptions(command).action(async (options: TailOptions) => {
    const statuses = options.status === undefined ? null : parseRunStatuses(options.status);
    const client = clientOf(options, terminal);
    const names = options.function ?? null;
    const functions = names === null ? null : await Promise.all(names.map((name) => resolveFunction(client, name)));
    const { isTerminal, warn, colors } = terminal;
    await followEngine({
      engine: client.engine,
      filter: { functions, app: options.app ?? null, statuses, events: true },
      signal: terminal.interrupted(),
      onBegin: () => {
        if (isTerminal && options.json !== true) warn(colors.dim(`Following ${client.url}. Ctrl-C ends this.`));
      },
      tell: createTeller(options.json === true, terminal),
      onLost: createLostTeller(terminal),
    });
  });
}
