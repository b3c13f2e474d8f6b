/** `stepwell logs`: what a run's function wrote with its logger. Called by program. */
import { type Command, Option } from "commander";
import { logLevels } from "../../../domain/run/run-log.ts";
import { CliError } from "../../cli-error.ts";
import { followLogs } from "../../follow-logs.ts";
import { leftOutLine, logLines } from "../../format/log-lines.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunId } from "../client-options.ts";

interface LogsOptions extends ClientOptions {
  follow?: boolean;
  level?: string;
}

function parseLevel(text: string | undefined): string | undefined {
  if (text === undefined || logLevels.some((level) => level === text.toLowerCase())) return text?.toLowerCase();
  throw new CliError(`--level is "${text}": expected one of ${logLevels.join(", ")}.`);
}

export function addLogsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("logs")
    .description("show what a run's function wrote with its logger")
    .argument("<id>", "the run's id, or its last characters")
    .addOption(new Option("-f, --follow", "keep showing what comes until the run ends"))
    .addOption(new Option("--level <level>", "leave out what is quieter, e.g. warn"));
  addClientOptions(command).action(async (id: string, options: LogsOptions) => {
    const level = parseLevel(options.level);
    const client = clientOf(options, terminal);
    const runId = await resolveRunId(client, id);
    const { print, warn, colors } = terminal;
    const request = { runId, level, follow: options.follow === true };
    const leftOut = await followLogs(client, request, (line) => {
      if (options.json === true) print(JSON.stringify(line));
      else for (const text of logLines(line, colors)) print(text);
    });
    for (const text of leftOutLine(leftOut, colors)) warn(text);
  });
}
