/** `stepwell why`: what a run waits for. Called by program. */
import type { Command } from "commander";
import type { WhyAnswer } from "../../../api/answers.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunId } from "../client-options.ts";

export function addWhyCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("why")
    .description("say what a run waits for")
    .argument("<id>", "the run's id, or its beginning or end");
  addClientOptions(command).action(async (id: string, options: ClientOptions) => {
    const client = clientOf(options, terminal);
    const why = await client.get<WhyAnswer>(`/v2/runs/${await resolveRunId(client, id)}/why`);
    const { print, colors } = terminal;
    if (options.json === true) return print(JSON.stringify(why));
    const status = why.status.toLowerCase();
    if (why.waits.length === 0) return print(`Run ${why.runId} is ${status}: it waits for nothing.`);
    print(`Run ${why.runId} is ${status}:`);
    for (const { sentence } of why.waits) print(`  ${colors.cyan("·")} ${sentence}`);
  });
}
