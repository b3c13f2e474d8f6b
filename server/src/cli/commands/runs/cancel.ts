/** `stepwell cancel`: ends a run of a running engine, or all that a filter finds. Called by program. */
import { type Command, Option } from "commander";
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

export function addCancelCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("cancel")
    .description("cancel one run or many: the step that is running may finish, and no other starts")
    .argument("[id]", "the run's id, or its beginning or end")
    .addOption(new Option("--reason <text>", "why, for those who look at the runs of a filter later"));
  addBulkOptions(command);
  addClientOptions(command).action(async (id: string | undefined, options: BulkOptions & { reason?: string }) => {
    const client = clientOf(options, terminal);
    const filter = await toBulkFilter(client, options, terminal.now());
    assertOneOrMany(id, filter, "a run");
    if (id === undefined) {
      const body = { ...filter, ...(options.reason === undefined ? {} : { reason: options.reason }) };
      const job = await runBulkJob(client, "cancel", body, terminal);
      return printJob(job, "cancelled", "run", options.json === true, terminal);
    }
    const runId = await resolveRunId(client, id);
    await client.request("DELETE", `/v1/runs/${runId}`);
    const { print, colors } = terminal;
    print(
      options.json === true
        ? JSON.stringify({ run_id: runId, status: "Cancelled" })
        : `${colors.yellow("■")} cancelled ${runId}`,
    );
  });
}
