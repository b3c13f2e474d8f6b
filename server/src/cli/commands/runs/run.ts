/** `stepwell run`: starts a function and follows it, or shows one run of a running engine with its steps over time. Called by program. */
import { type Command, Option } from "commander";
import type { LogAnswer, RunV1Answer, RunWaitAnswer, StepV1Answer, WhyAnswer } from "../../../api/answers.ts";
import type { ApiClient } from "../../api-client.ts";
import { CliError } from "../../cli-error.ts";
import { readLogs } from "../../follow-logs.ts";
import { leftOutLine, logLines } from "../../format/log-lines.ts";
import { renderTimeline } from "../../format/timeline.ts";
import { hasEnded } from "../../has-ended.ts";
import type { LiveEntry } from "../../live/live-entry.ts";
import { attemptsOf } from "../../live/run-changes.ts";
import { RunLooker } from "../../live/run-looker.ts";
import { pulseOf } from "../../live/run-pulse.ts";
import { readData } from "../../parse/parse-data.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunOrFunction } from "../client-options.ts";
import { createLostTeller, createTeller } from "./tail.ts";

interface RunOptions extends ClientOptions {
  data?: string;
  follow?: boolean;
  watch?: boolean;
  logs?: boolean;
}

/** The time that has passed is drawn so often. */
const drawEveryMs = 1000;
/** As shells have it for Ctrl-C. */
const interruptedCode = 130;
/** Where the output is no terminal. */
const plainWidth = 100;

interface Look {
  run: RunV1Answer;
  steps: StepV1Answer[];
  /** What keeps the run from going on that its steps do not show. */
  waits: RunWaitAnswer[];
}

/** Kinds of waits that concern the app as a whole. */
const ofApp: ReadonlySet<RunWaitAnswer["kind"]> = new Set(["unreachable", "suspect"]);

async function waitsOf(client: ApiClient, run: RunV1Answer, id: string): Promise<RunWaitAnswer[]> {
  if (hasEnded(run)) return [];
  const { waits } = await client.get<WhyAnswer>(`/v2/runs/${id}/why`);
  return waits.filter(({ kind }) => ofApp.has(kind));
}

async function look(client: ApiClient, id: string): Promise<Look> {
  // The run first: steps that are read after its end are all of them.
  const run = await client.get<RunV1Answer>(`/v1/runs/${id}`);
  const steps = await client.get<StepV1Answer[]>(`/v1/runs/${id}/steps`);
  return { run, steps, waits: await waitsOf(client, run, id) };
}

function render({ run, steps, waits }: Look, { colors, width, now }: Terminal): string[] {
  const timeline = renderTimeline(run, steps, { colors, width: width() ?? plainWidth, now: now() });
  return [...timeline, ...new Set(waits.map(({ sentence }) => colors.yellow(`! ${sentence}`)))];
}

const upAndClear = (lines: number): string => (lines === 0 ? "" : `\u001b[${lines}A\u001b[0J`);

/** Null when it was interrupted before the run's end. On a terminal it draws what it sees until then, and wipes it away. */
async function draw(client: ApiClient, id: string, signal: AbortSignal, terminal: Terminal): Promise<Look | null> {
  let wipe = "";
  let seen: Look | null = null;
  for await (const { isNews } of pulseOf(client.engine, id, { signal, everyMs: drawEveryMs })) {
    if (isNews || seen === null) seen = await look(client, id);
    if (hasEnded(seen.run)) {
      if (wipe !== "") terminal.write(wipe);
      return seen;
    }
    const lines = render(seen, terminal);
    terminal.write(`${wipe}${lines.join("\n")}\n`);
    wipe = upAndClear(lines.length);
  }
  return null;
}

/** The same where nothing can be drawn: a line for each thing that happens, or nothing with `tell` null. */
async function tellUntilEnd(
  client: ApiClient,
  id: string,
  signal: AbortSignal,
  tell: ((entry: LiveEntry) => void) | null,
  onLost: () => void,
): Promise<Look | null> {
  const { engine } = client;
  const { function: fn } = await engine.runs.get(id);
  const known = (await engine.functions.list()).find(({ slug }) => slug === fn.id);
  const looker = new RunLooker(engine, { runId: id, maxAttempts: attemptsOf(known) });
  for await (const _ of pulseOf(engine, id, { signal, onLost })) {
    const { entries, isOver } = await looker.look();
    for (const entry of entries) tell?.(entry);
    if (isOver) return look(client, id);
  }
  return null;
}

async function follow(client: ApiClient, id: string, options: RunOptions, terminal: Terminal): Promise<Look | null> {
  const signal = terminal.interrupted();
  const isQuiet = options.json === true;
  const seen =
    terminal.isTerminal && !isQuiet
      ? await draw(client, id, signal, terminal)
      : await tellUntilEnd(
          client,
          id,
          signal,
          isQuiet ? null : createTeller(false, terminal),
          createLostTeller(terminal),
        );
  if (seen === null) {
    terminal.warn(
      `Run ${id} goes on. \`stepwell run ${id} --follow\` shows it again, \`stepwell cancel ${id}\` ends it.`,
    );
    terminal.setExitCode(interruptedCode);
  } else if (seen.run.status !== "Completed") terminal.setExitCode(1);
  return seen;
}

/** Starts a function. @throws CliError when its rules kept it from starting */
async function start(client: ApiClient, slug: string, options: RunOptions, terminal: Terminal): Promise<string> {
  const data = await readData(options.data, terminal);
  const { runId } = await client.engine.functions.invoke(slug, { data });
  const { print, colors } = terminal;
  if (options.json !== true) print(`${colors.green("✓")} started ${slug}  ${colors.dim(`stepwell run ${runId}`)}`);
  return runId;
}

interface Log {
  lines: LogAnswer[];
  leftOut: number;
}

async function logsOf(client: ApiClient, runId: string): Promise<Log> {
  const lines: LogAnswer[] = [];
  const { leftOut } = await readLogs(client.engine, { runId }, (line) => lines.push(line));
  return { lines, leftOut };
}

function renderLogs({ lines, leftOut }: Log, { colors }: Terminal): string[] {
  const texts = lines.flatMap((line) => logLines(line, colors));
  const said = texts.length === 0 ? [colors.dim("nothing was logged")] : texts;
  return ["", `  ${colors.dim("logs")}`, ...[...said, ...leftOutLine(leftOut, colors)].map((line) => `  ${line}`)];
}

interface Shown {
  runId: string;
  isStarted: boolean;
}

/** The run that a name means, or the one of the function that it means, which is started. @throws CliError */
async function runOf(client: ApiClient, name: string, options: RunOptions, terminal: Terminal): Promise<Shown> {
  const named = await resolveRunOrFunction(client, name);
  if ("slug" in named) return { runId: await start(client, named.slug, options, terminal), isStarted: true };
  if (options.data !== undefined)
    throw new CliError(
      `--data is for a function that is started, and ${named.runId} is a run. \`stepwell rerun\` runs it again.`,
    );
  return { runId: named.runId, isStarted: false };
}

export function addRunCommand(program: Command, terminal: Terminal): void {
  const summary = "start a function and follow it to its end, or show a run";
  const more =
    "Of a run it shows the steps over time, attempts, errors and the result. Who follows one gets exit code 1 unless it completed. Ctrl-C ends the following, not the run.";
  const command = program
    .command("run")
    .summary(summary)
    .description(`${summary}\n\n${more}`)
    .argument("<name>", "a function, which is started; or the id of a run, or its beginning or end")
    .addOption(new Option("-d, --data <json>", "data for the function: JSON, @file.json, or - for standard input"))
    .addOption(new Option("-f, --follow", "of a run: keep showing it until it ends"))
    .addOption(new Option("-w, --watch", "the same as --follow"))
    .addOption(new Option("--logs", "show what its function wrote with its logger, too"));
  addClientOptions(command).action(async (name: string, options: RunOptions) => {
    const client = clientOf(options, terminal);
    const { runId, isStarted } = await runOf(client, name, options, terminal);
    const isFollowed = isStarted || options.follow === true || options.watch === true;
    const seen = isFollowed ? await follow(client, runId, options, terminal) : await look(client, runId);
    if (seen === null) return;
    const logs = options.logs === true ? await logsOf(client, runId) : null;
    if (options.json === true)
      return terminal.print(JSON.stringify({ ...seen.run, steps: seen.steps, ...(logs && { logs: logs.lines }) }));
    for (const line of render(seen, terminal)) terminal.print(line);
    if (logs !== null) for (const line of renderLogs(logs, terminal)) terminal.print(line);
  });
}
