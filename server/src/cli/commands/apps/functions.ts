/** `stepwell functions`: what a running engine serves. Called by program. */
import type { Command } from "commander";
import type { FunctionAnswer } from "../../../api/answers.ts";
import { formatSetLimit } from "../../format/format-limit.ts";
import { renderTable } from "../../format/table.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

/** Settings that a function has, by name. */
function settingsOf({ retries, timeouts, ...flow }: Record<string, unknown>): string {
  const times = Object.entries((timeouts ?? {}) as object).filter(([, value]) => value !== null);
  const set = Object.entries(flow).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return [`retries ${String(retries)}`, ...set.map(([name]) => name), ...(times.length > 0 ? ["timeouts"] : [])].join(
    ", ",
  );
}

export function addFunctionsCommand(program: Command, terminal: Terminal): void {
  const command = program.command("functions").description("list the functions that a running engine serves");
  addClientOptions(command).action(async (options: ClientOptions) => {
    const functions = await clientOf(options, terminal).get<FunctionAnswer[]>("/v2/functions");
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(functions));
    if (functions.length === 0) return print("No functions. Start an app that serves some: stepwell dev -u <url>");
    const rows = functions.map(({ id, app, triggers, isPaused, configuration, limits = [] }) => [
      id,
      app.id ?? "",
      triggers.map(({ cron, event }) => cron ?? event).join(", "),
      isPaused ? { text: "paused", paint: colors.yellow } : "",
      { text: settingsOf(configuration), paint: colors.dim },
      {
        text: limits
          .filter(({ set }) => set !== null)
          .map(formatSetLimit)
          .join(", "),
        paint: colors.yellow,
      },
    ]);
    const titles = ["FUNCTION", "APP", "TRIGGERS", "", "SETTINGS", "SET"];
    for (const line of renderTable(titles, rows, colors)) print(line);
  });
}
