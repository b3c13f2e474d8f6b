/** `stepwell cancel`: ends a run of a running engine. Called by program. */
import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunId } from "./client-options.ts";

export function addCancelCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("cancel")
    .description("end a run: a step that is running is let finish, no other begins")
    .argument("<id>", "the run's id, or its last characters");
  addClientOptions(command).action(async (id: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
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
