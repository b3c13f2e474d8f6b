/** `stepwell runs`: the newest runs of a running engine. Called by program. */
import { type Command, Option } from "commander";
import type { RunV1Answer } from "../../../api/answers.ts";
import { runStatuses } from "../../../domain/run/run.ts";
import { CliError } from "../../cli-error.ts";
import type { Colors } from "../../format/colors.ts";
import { formatDuration, formatMoment } from "../../format/format-duration.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveFunction } from "../client-options.ts";

interface RunsOptions extends ClientOptions {
  status?: string;
  function?: string;
  limit?: string;
}

const mostRuns = 100;

function parseLimit(text: string): number {
  const limit = /^\d+$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostRuns) return limit;
  throw new CliError(`--limit is "${text}": expected a whole number from 1 to ${mostRuns}.`);
}

function parseStatus(text: string): string {
  const status = runStatuses.find((known) => known.toLowerCase() === text.toLowerCase());
  if (status !== undefined) return status;
  throw new CliError(`--status is "${text}": expected one of ${runStatuses.join(", ").toLowerCase()}.`);
}

function paintOf(status: RunV1Answer["status"], colors: Colors): (text: string) => string {
  switch (status) {
    case "Completed":
      return colors.green;
    case "Failed":
      return colors.red;
    case "Cancelled":
    case "Skipped":
      return colors.yellow;
    case "Queued":
    case "Running":
      return colors.cyan;
  }
}

/** A table, newest first. `now` in milliseconds since 1970. */
function renderRuns(runs: readonly RunV1Answer[], colors: Colors, now: number): string[] {
  const slugs = runs.map(({ function_slug }) => function_slug ?? "(gone)");
  const width = Math.max("FUNCTION".length, ...slugs.map((slug) => slug.length));
  const head = colors.dim(
    `${"RUN".padEnd(26)}  ${"STATUS".padEnd(9)}  ${"FUNCTION".padEnd(width)}  ${"QUEUED".padEnd(19)}  TOOK`,
  );
  const rows = runs.map((run, index) => {
    const queued = run.queued_at === null ? "" : formatMoment(Date.parse(run.queued_at), now);
    const from = run.started_at ?? run.queued_at;
    const took =
      run.ended_at === null || from === null
        ? ""
        : formatDuration(Math.max(Date.parse(run.ended_at) - Date.parse(from), 0));
    const status = paintOf(run.status, colors)(run.status.toLowerCase().padEnd(9));
    return `${run.run_id}  ${status}  ${(slugs[index] ?? "").padEnd(width)}  ${queued.padEnd(19)}  ${took}`.trimEnd();
  });
  return [head, ...rows];
}

export function addRunsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("runs")
    .description("list the newest runs of a running engine")
    .addOption(new Option("--status <status>", `only those: ${runStatuses.join(", ").toLowerCase()}`))
    .addOption(new Option("--function <function>", "only those of one function"))
    .addOption(new Option("--limit <number>", `how many, 1 to ${mostRuns}`).default("20"));
  addClientOptions(command).action(async (options: RunsOptions) => {
    const query = new URLSearchParams({ limit: String(parseLimit(options.limit ?? "20")) });
    if (options.status !== undefined) query.set("status", parseStatus(options.status));
    const client = clientOf(options, terminal);
    if (options.function !== undefined) query.set("function", await resolveFunction(client, options.function));
    const runs = await client.get<RunV1Answer[]>(`/v1/runs?${query}`);
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(runs));
    if (runs.length === 0) return print("No runs. An event that a function waits for starts one: stepwell send <name>");
    for (const line of renderRuns(runs, colors, terminal.now())) print(line);
  });
}
