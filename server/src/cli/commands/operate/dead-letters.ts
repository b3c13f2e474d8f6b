/** `stepwell dead-letters`: runs that failed for good, to look at, retry or drop. Called by program. */
import { type Command, Option } from "commander";
import type { DeadLetterAnswer, StartedAnswer } from "../../../api/answers.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { errorMessage } from "../../format/error-message.ts";
import { formatMoment } from "../../format/format-duration.ts";
import { renderTable } from "../../format/table.ts";
import { readData } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import {
  addBulkOptions,
  assertOneOrMany,
  type BulkOptions,
  printJob,
  runBulkJob,
  toBulkFilter,
} from "../bulk-options.ts";
import { addClientOptions, type ClientOptions, clientOf, onlyIdWith, resolveFunction } from "../client-options.ts";

interface ListOptions extends ClientOptions {
  function?: string;
  app?: string;
  limit?: string;
}

const longestError = 80;

function renderLetters(letters: readonly DeadLetterAnswer[], { colors, now }: Terminal): string[] {
  const rows = letters.map(({ runId, function: fn, failedAt, error, event, isQuarantined }) => {
    const message = errorMessage(error).replace(/\s+/g, " ");
    const short = message.length > longestError ? `${message.slice(0, longestError - 1)}…` : message;
    return [
      runId,
      fn.id,
      event?.name ?? "(gone)",
      formatMoment(Date.parse(failedAt), now()),
      { text: isQuarantined ? `quarantined: ${short}` : short, paint: colors.red },
    ];
  });
  return renderTable(["RUN", "FUNCTION", "EVENT", "FAILED", "ERROR"], rows, colors);
}

/** A run's whole id, from it or from its first or last characters, among the newest 100 dead letters. @throws CliError */
async function resolveLetter({ engine }: ApiClient, id: string): Promise<string> {
  const wanted = id.toUpperCase();
  if (wanted.length === 26) return wanted;
  const { data } = await engine.deadLetters.list({ limit: 100 });
  const ids = data.map(({ runId }) => runId);
  const found = wanted === "" ? null : onlyIdWith(wanted, ids, "dead letter");
  if (found !== null) return found;
  throw new CliError(
    `None of the newest 100 dead letters begins or ends with ${wanted}. Give the whole id of its run.`,
  );
}

function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("list", { isDefault: true })
    .description("list them, newest first")
    .addOption(new Option("--function <function>", "those of one function"))
    .addOption(new Option("--app <app>", "those of one app"))
    .addOption(new Option("--limit <number>", "how many, 1 to 100").default("20"));
  addClientOptions(command).action(async (options: ListOptions) => {
    const client = clientOf(options, terminal);
    const query = new URLSearchParams({ limit: options.limit ?? "20" });
    if (options.function !== undefined) query.set("functionId", await resolveFunction(client, options.function));
    if (options.app !== undefined) query.set("appId", options.app);
    const letters = await client.get<DeadLetterAnswer[]>(`/v2/dead-letters?${query}`);
    if (options.json === true) return terminal.print(JSON.stringify(letters));
    if (letters.length === 0) return terminal.print("No dead letters: no run has failed for good.");
    for (const line of renderLetters(letters, terminal)) terminal.print(line);
  });
}

function addRetry(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("retry")
    .description("run them again")
    .argument("[id]", "the id of the run that failed, or its beginning or end")
    .addOption(new Option("-d, --data <json>", "other data for its event: JSON, @file.json, or - for standard input"));
  addBulkOptions(command);
  addClientOptions(command).action(async (id: string | undefined, options: BulkOptions & { data?: string }) => {
    const client = clientOf(options, terminal);
    const filter = await toBulkFilter(client, options, terminal.now());
    assertOneOrMany(id, filter, "a run");
    if (id === undefined) {
      if (options.data !== undefined) throw new CliError("--data edits the event of one run: give its id.");
      const job = await runBulkJob(client, "retry", filter, terminal);
      return printJob(job, "retried", "dead letter", options.json === true, terminal);
    }
    const body = options.data === undefined ? {} : { data: await readData(options.data, terminal) };
    const failed = await resolveLetter(client, id);
    const { data } = (await client.request("POST", `/v2/dead-letters/${failed}/retry`, body)) as {
      data: StartedAnswer;
    };
    const { print, colors } = terminal;
    print(
      options.json === true
        ? JSON.stringify({ run_id: data.runId, original_run_id: failed })
        : `${colors.green("✓")} retried  ${colors.dim(`stepwell run ${data.runId}`)}`,
    );
  });
}

function addDrop(parent: Command, terminal: Terminal): void {
  const command = parent
    .command("drop")
    .description("forget them; the runs stay listed as failed")
    .argument("[id]", "the id of the run that failed, or its beginning or end");
  addBulkOptions(command);
  addClientOptions(command).action(async (id: string | undefined, options: BulkOptions) => {
    const client = clientOf(options, terminal);
    const filter = await toBulkFilter(client, options, terminal.now());
    assertOneOrMany(id, filter, "a run");
    if (id === undefined) {
      const job = await runBulkJob(client, "drop", filter, terminal);
      return printJob(job, "dropped", "dead letter", options.json === true, terminal);
    }
    const runId = await resolveLetter(client, id);
    await client.request("DELETE", `/v2/dead-letters/${runId}`);
    terminal.print(
      options.json === true ? JSON.stringify({ run_id: runId }) : `${terminal.colors.green("✓")} dropped ${runId}`,
    );
  });
}

export function addDeadLettersCommand(program: Command, terminal: Terminal): void {
  const parent = program.command("dead-letters").description("runs that failed for good: list, retry or drop them");
  addList(parent, terminal);
  addRetry(parent, terminal);
  addDrop(parent, terminal);
}
