/** `stepwell signal`: resumes the run that waits for a signal. Called by program. */
import { type Command, Option } from "commander";
import { readData } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf } from "../client-options.ts";

export function addSignalCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("signal")
    .description("send a signal to the run that waits for it")
    .argument("<signal>", "the signal, as the run names it")
    .addOption(new Option("-d, --data <json>", "its data: JSON, @file.json, or - for standard input"));
  addClientOptions(command).action(async (signal: string, options: ClientOptions & { data?: string }) => {
    const data = options.data === undefined ? null : await readData(options.data, terminal);
    const answer = (await clientOf(options, terminal).request("POST", "/v1/signals", { signal, data })) as {
      data: { run_id: string };
    };
    const { print, colors } = terminal;
    print(
      options.json === true
        ? JSON.stringify(answer.data)
        : `${colors.green("✓")} signalled ${signal}  ${colors.dim(`stepwell run ${answer.data.run_id}`)}`,
    );
  });
}
