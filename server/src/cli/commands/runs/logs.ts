/** `stepwell logs`: what a run wrote with its logger, or the newest runs of a function. Called by program. */
import { type Command, Option } from "commander";
import type { LogAnswer } from "../../../api/answers.ts";
import { logLevels } from "../../../domain/run/run-log.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { followLogs, readLogs } from "../../follow-logs.ts";
import { leftOutLine, logLines } from "../../format/log-lines.ts";
import { followEngine } from "../../live/follow-engine.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunOrFunction } from "../client-options.ts";
import { createLostTeller, createTeller } from "./tail.ts";

interface LogsOptions extends ClientOptions {
  follow?: boolean;
  level?: string;
  runs?: string;
}

const mostRuns = 100;

function parseLevel(text: string | undefined): LogAnswer["level"] | undefined {
  const level = logLevels.find((known) => known === text?.toLowerCase());
  if (text === undefined || level !== undefined) return level;
  throw new CliError(`--level is "${text}": expected one of ${logLevels.join(", ")}.`);
}

function parseRuns(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= mostRuns) return count;
  throw new CliError(`--runs is "${text}": expected a whole number from 1 to ${mostRuns}.`);
}

async function showRun(client: ApiClient, runId: string, options: LogsOptions, terminal: Terminal): Promise<void> {
  const { print, warn, colors } = terminal;
  const show = (line: LogAnswer): void => {
    if (options.json === true) print(JSON.stringify(line));
    else for (const text of logLines(line, colors)) print(text);
  };
  const request = { runId, level: parseLevel(options.level) };
  const follow = (): Promise<number> => {
    const live = { signal: terminal.interrupted(), onLost: createLostTeller(terminal) };
    return followLogs(client.engine, { ...request, ...live }, show);
  };
  const leftOut = options.follow === true ? await follow() : (await readLogs(client.engine, request, show)).leftOut;
  for (const text of leftOutLine(leftOut, colors)) warn(text);
}

/** Oldest first, each line with its run. */
async function showFunction(client: ApiClient, slug: string, options: LogsOptions, terminal: Terminal): Promise<void> {
  const { engine } = client;
  const level = parseLevel(options.level);
  const loudEnough = level === undefined ? 0 : logLevels.indexOf(level);
  const tellAll = createTeller(options.json === true, terminal);
  const tell: typeof tellAll = (entry) => {
    if (entry.kind === "log" && logLevels.indexOf(entry.line.level) >= loudEnough) tellAll(entry);
  };
  const since = Date.parse((await engine.overview()).now);
  const { data } = await engine.runs.list({ functionId: slug, limit: parseRuns(options.runs ?? "10") });
  const lines = new Map<string, number>();
  let count = 0;
  for (const { id: runId } of data.reverse()) {
    const { last, leftOut } = await readLogs(engine, { runId, level }, (line) => {
      count += 1;
      tell({ kind: "log", at: line.at === null ? 0 : Date.parse(line.at), runId, slug, line });
    });
    lines.set(runId, last);
    for (const text of leftOutLine(leftOut, terminal.colors)) terminal.warn(`${runId}: ${text}`);
  }
  if (options.follow === true) {
    const filter = { functions: [slug], app: null, statuses: null, events: false };
    const signal = terminal.interrupted();
    return followEngine({ engine, filter, signal, since, lines, tell, onLost: createLostTeller(terminal) });
  }
  if (count > 0 || options.json === true) return;
  const none =
    data.length === 0 ? `${slug} has not run yet.` : `The newest ${data.length} runs of ${slug} logged nothing.`;
  terminal.print(none);
}

export function addLogsCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("logs")
    .description("show what a run wrote with its logger, or the newest runs of a function")
    .argument("<name>", "the id of a run, or its beginning or end; or a function")
    .addOption(
      new Option("-f, --follow", "keep showing what comes: of a run until it ends, of a function until Ctrl-C"),
    )
    .addOption(new Option("--level <level>", "leave out what is quieter, e.g. warn"))
    .addOption(
      new Option("--runs <number>", `of a function: how many of its newest runs, 1 to ${mostRuns}`).default("10"),
    );
  addClientOptions(command).action(async (name: string, options: LogsOptions) => {
    parseLevel(options.level);
    const client = clientOf(options, terminal);
    const named = await resolveRunOrFunction(client, name);
    if ("runId" in named) await showRun(client, named.runId, options, terminal);
    else await showFunction(client, named.slug, options, terminal);
  });
}
