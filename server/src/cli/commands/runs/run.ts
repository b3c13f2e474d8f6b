/** `stepwell run`: one run of a running engine, with its steps over time. Called by program. */
import { type Command, Option } from "commander";
import type { LogAnswer, RunV1Answer, RunWaitAnswer, StepV1Answer, WhyAnswer } from "../../../api/answers.ts";
import type { ApiClient } from "../../api-client.ts";
import { delay } from "../../delay.ts";
import { followLogs } from "../../follow-logs.ts";
import { leftOutLine, logLines } from "../../format/log-lines.ts";
import { renderTimeline } from "../../format/timeline.ts";
import { hasEnded } from "../../has-ended.ts";
import type { Terminal } from "../../terminal.ts";
import { addClientOptions, type ClientOptions, clientOf, resolveRunId } from "../client-options.ts";

interface RunOptions extends ClientOptions {
  watch?: boolean;
  logs?: boolean;
}

const lookMs = 300;
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

/** Resolves with the run's end. On a terminal it draws what it sees until then, and wipes it away. */
async function watch(client: ApiClient, id: string, terminal: Terminal): Promise<Look> {
  for (let wipe = ""; ; ) {
    const seen = await look(client, id);
    if (hasEnded(seen.run)) {
      if (wipe !== "") terminal.write(wipe);
      return seen;
    }
    if (terminal.isTerminal) {
      const lines = render(seen, terminal);
      terminal.write(`${wipe}${lines.join("\n")}\n`);
      wipe = upAndClear(lines.length);
    }
    await delay(lookMs);
  }
}

interface Log {
  lines: LogAnswer[];
  leftOut: number;
}

async function logsOf(client: ApiClient, runId: string): Promise<Log> {
  const lines: LogAnswer[] = [];
  const leftOut = await followLogs(client, { runId, follow: false }, (line) => lines.push(line));
  return { lines, leftOut };
}

function renderLogs({ lines, leftOut }: Log, { colors }: Terminal): string[] {
  const texts = lines.flatMap((line) => logLines(line, colors));
  const said = texts.length === 0 ? [colors.dim("nothing was logged")] : texts;
  return ["", `  ${colors.dim("logs")}`, ...[...said, ...leftOutLine(leftOut, colors)].map((line) => `  ${line}`)];
}

export function addRunCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("run")
    .description("show a run: its steps over time, attempts, errors, result")
    .argument("<id>", "the run's id, or its last characters")
    .addOption(new Option("-w, --watch", "keep showing it until it ends"))
    .addOption(new Option("--logs", "show what its function wrote with its logger, too"));
  addClientOptions(command).action(async (id: string, options: RunOptions) => {
    const client = clientOf(options, terminal);
    const runId = await resolveRunId(client, id);
    const quiet = options.json === true ? { ...terminal, isTerminal: false } : terminal;
    const seen = options.watch === true ? await watch(client, runId, quiet) : await look(client, runId);
    const logs = options.logs === true ? await logsOf(client, runId) : null;
    if (options.json === true)
      return terminal.print(JSON.stringify({ ...seen.run, steps: seen.steps, ...(logs && { logs: logs.lines }) }));
    for (const line of render(seen, terminal)) terminal.print(line);
    if (logs !== null) for (const line of renderLogs(logs, terminal)) terminal.print(line);
  });
}
