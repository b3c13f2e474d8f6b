/** `stepwell rerun`: runs again what ran before, one run or all that a filter finds. Called by program. */
import { type Command, Option } from "commander";
import type { StartedAnswer } from "../../../api/answers.ts";
import { runStatuses } from "../../../domain/run/run.ts";
import { CliError } from "../../cli-error.ts";
import type { Terminal } from "../../terminal.ts";
import {
  addBulkOptions,
  assertOneOrMany,
  type BulkOptions,
  printJob,
  runBulkJob,
  toBulkFilter,
} from "../bulk-options.ts";
import { addClientOptions, clientOf, resolveRunId } from "../client-options.ts";

interface RerunOptions extends BulkOptions {
  from?: string;
  input?: string;
  output?: string;
  status?: string;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${where} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

/** The body of a rerun of one run. @throws CliError */
function toRerun({ from, input, output }: RerunOptions): Record<string, unknown> {
  if (from === undefined) {
    if (input === undefined && output === undefined) return {};
    throw new CliError("--input and --output edit the step that --from names: give --from too.");
  }
  return {
    fromStep: {
      stepId: from,
      ...(input === undefined ? {} : { input: parseJson(input, "--input") }),
      ...(output === undefined ? {} : { output: parseJson(output, "--output") }),
    },
  };
}

export function addRerunCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("rerun")
    .description("run again: one run, all of it or from a step on, or many runs")
    .argument("[id]", "the run's id, or its beginning or end")
    .addOption(new Option("--from <step>", "go on from this step, and remember what came before it"))
    .addOption(new Option("--input <json>", "with --from: other arguments for the step, an array"))
    .addOption(new Option("--output <json>", "with --from: another result of the step, which does not run again"))
    .addOption(new Option("--status <status>", `those that ended so: ${runStatuses.join(", ").toLowerCase()}`));
  addBulkOptions(command);
  addClientOptions(command).action(async (id: string | undefined, options: RerunOptions) => {
    const client = clientOf(options, terminal);
    const given = await toBulkFilter(client, options, terminal.now());
    const filter = options.status === undefined ? given : { ...given, status: options.status };
    assertOneOrMany(id, filter, "a run");
    if (id === undefined) {
      const job = await runBulkJob(client, "rerun", filter, terminal);
      return printJob(job, "started again", "run", options.json === true, terminal);
    }
    const body = toRerun(options);
    const runId = await resolveRunId(client, id);
    const { data } = (await client.request("POST", `/v2/runs/${runId}/rerun`, body)) as { data: StartedAnswer };
    const { print, colors } = terminal;
    print(
      options.json === true
        ? JSON.stringify({ run_id: data.runId, original_run_id: runId })
        : `${colors.green("✓")} started again  ${colors.dim(`stepwell run ${data.runId}`)}`,
    );
  });
}
