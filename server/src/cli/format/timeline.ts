/**
 * A run in the terminal: a few lines about it, then its steps as bars over time. Called by `stepwell run`. Pure.
 */
import type { AttemptV1Answer, RunV1Answer, StepV1Answer } from "../../api/answers.ts";
import { hasEnded } from "../has-ended.ts";
import type { Colors } from "./colors.ts";
import { errorMessage } from "./error-message.ts";
import { formatDuration, formatMoment } from "./format-duration.ts";
import { metadataLines } from "./metadata-lines.ts";

export interface TimelineOptions {
  colors: Colors;
  /** Columns of the terminal. */
  width: number;
  /** Milliseconds since 1970. */
  now: number;
}

/** A stretch of time on a bar. Milliseconds since 1970. */
interface Span {
  from: number;
  to: number;
  glyph: string;
  paint: (text: string) => string;
}

const narrowestName = 12;
const widestName = 32;
const detailWidth = 24;
const narrowestBar = 10;
const widestBar = 80;
const longestOutput = 20;

const msOf = (text: string | null): number | null => (text === null ? null : Date.parse(text));
const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;
/** Time passes and nothing is worked on. */
const idleOps: ReadonlySet<string> = new Set(["Sleep", "WaitForEvent", "WaitForSignal", "InvokeFunction"]);
const isSleep = (step: StepV1Answer): boolean => idleOps.has(step.op);

/** Where the picture begins and ends; a millisecond long at least. */
function frameOf(run: RunV1Answer, steps: readonly StepV1Answer[], now: number): { from: number; to: number } {
  const from = msOf(run.queued_at) ?? msOf(run.started_at) ?? now;
  const ends = steps.map((step) => msOf(step.ended_at) ?? msOf(step.started_at) ?? from);
  const to = hasEnded(run) ? (msOf(run.ended_at) ?? now) : now;
  return { from, to: Math.max(to, from + 1, ...ends) };
}

function attemptSpans(attempts: readonly AttemptV1Answer[], colors: Colors): Span[] {
  return attempts.flatMap(({ started_at, ended_at, retry_at }) => {
    const from = msOf(started_at);
    const to = msOf(ended_at);
    if (from === null || to === null) return [];
    const wait = msOf(retry_at);
    const waiting = wait === null ? [] : [{ from: to, to: wait, glyph: "·", paint: colors.yellow }];
    return [...waiting, { from, to, glyph: "×", paint: colors.red }];
  });
}

/** Later ones are drawn over earlier ones. */
function spansOf(step: StepV1Answer, now: number, colors: Colors): Span[] {
  const failed = attemptSpans(step.failed_attempts, colors);
  const from = msOf(isSleep(step) ? step.queued_at : (step.started_at ?? step.queued_at));
  if (from === null) return failed;
  const to = msOf(step.ended_at) ?? now;
  if (isSleep(step)) return [{ from, to, glyph: "░", paint: colors.blue }];
  if (step.status === "Completed") {
    // A step that was retried began with its last try.
    const lastTry = Math.max(
      from,
      ...step.failed_attempts.map(({ retry_at, ended_at }) => msOf(retry_at) ?? msOf(ended_at) ?? from),
    );
    return [...failed, { from: Math.min(lastTry, to), to, glyph: "█", paint: colors.green }];
  }
  if (failed.length > 0) return failed;
  return [
    {
      from,
      to,
      glyph: step.status === "Failed" ? "×" : "▒",
      paint: step.status === "Failed" ? colors.red : colors.dim,
    },
  ];
}

function drawBar(spans: readonly Span[], frame: { from: number; to: number }, columns: number): string {
  const cells = Array.from({ length: columns }, () => " ");
  const column = (at: number): number => ((at - frame.from) / (frame.to - frame.from)) * columns;
  for (const { from, to, glyph, paint } of spans) {
    const first = Math.min(Math.max(Math.floor(column(from)), 0), columns - 1);
    const last = Math.min(Math.max(Math.ceil(column(to)), first + 1), columns);
    for (let i = first; i < last; i++) cells[i] = paint(glyph);
  }
  return cells.join("");
}

function detailOf(step: StepV1Answer, now: number, colors: Colors): string {
  const from = msOf(isSleep(step) ? step.queued_at : (step.started_at ?? step.queued_at));
  const to = msOf(step.ended_at);
  const tries = step.attempts > 1 ? `, ${step.attempts} attempts` : "";
  const took = from === null || to === null ? "" : formatDuration(Math.max(to - from, 0));
  switch (step.status) {
    case "Completed":
      return `${step.op === "Sleep" ? "slept " : isSleep(step) ? "waited " : ""}${took}${tries}`;
    case "Failed":
      return colors.red(`failed${tries}`);
    case "Cancelled":
      return colors.yellow("cancelled");
    case "TimedOut":
      return colors.yellow(`timed out after ${took}`);
    case "Waiting":
    case "Invoking": {
      const until = step.wakes_at === null ? "" : ` until ${formatMoment(Date.parse(step.wakes_at), now)}`;
      return colors.blue(`${step.status.toLowerCase()}${until}`);
    }
    case "Sleeping":
      return colors.blue(`until ${step.wakes_at === null ? "later" : formatMoment(Date.parse(step.wakes_at), now)}`);
  }
  const retry = msOf(step.retry_at);
  return colors.yellow(retry !== null && retry > now ? `again in ${formatDuration(retry - now)}` : "running");
}

function attemptLines(
  attempts: readonly AttemptV1Answer[],
  indent: string,
  { colors, width }: TimelineOptions,
): string[] {
  return attempts.map(({ attempt, error }) =>
    colors.red(cut(`${indent}× attempt ${attempt + 1}: ${errorMessage(error).replace(/\s+/g, " ")}`, width)),
  );
}

function stepLines(run: RunV1Answer, steps: readonly StepV1Answer[], options: TimelineOptions): string[] {
  const { colors, width, now } = options;
  const longestName = Math.max(narrowestName, ...steps.map(({ name }) => name.length));
  const nameWidth = Math.min(longestName, widestName, Math.floor(width / 3));
  const barWidth = Math.min(Math.max(width - nameWidth - detailWidth - 6, narrowestBar), widestBar);
  const frame = frameOf(run, steps, now);
  const scale = `${" ".repeat(nameWidth + 4)}0${formatDuration(frame.to - frame.from).padStart(barWidth - 1)}`;
  const rows = steps.flatMap((step) => {
    const bar = drawBar(spansOf(step, now, colors), frame, barWidth);
    const row = `  ${cut(step.name, nameWidth).padEnd(nameWidth)}  ${bar}  ${detailOf(step, now, colors)}`;
    const said = metadataLines(step.metadata).map((line) => colors.dim(cut(`    ${line}`, width)));
    return [row.trimEnd(), ...said, ...attemptLines(step.failed_attempts, "    ", options)];
  });
  return [colors.dim(scale), ...rows];
}

function statusText(run: RunV1Answer, now: number, { green, red, yellow, cyan }: Colors): string {
  const from = msOf(run.started_at ?? run.queued_at) ?? now;
  const time = formatDuration(Math.max((msOf(run.ended_at) ?? now) - from, 0));
  switch (run.status) {
    case "Completed":
      return green(`✓ completed in ${time}`);
    case "Failed":
      return red(`✗ failed after ${time}`);
    case "Cancelled":
      return yellow(`■ cancelled after ${time}`);
    case "Skipped":
      return yellow("■ skipped");
    case "Running":
      return cyan(`▶ running for ${time}`);
    case "Queued":
      return cyan("● queued");
  }
}

function outputLines(run: RunV1Answer, { colors, width }: TimelineOptions): string[] {
  if (run.status === "Failed")
    return ["", `  ${colors.dim("error")}`, `  ${colors.red(errorMessage(run.output).split("\n").join("\n  "))}`];
  if (run.status !== "Completed" || run.output === null) return [];
  const lines = (JSON.stringify(run.output, null, 2) ?? "null").split("\n");
  const shown = lines.slice(0, longestOutput).map((line) => `  ${cut(line, width - 2)}`);
  const more =
    lines.length > longestOutput
      ? [colors.dim(`  … ${lines.length - longestOutput} more lines: --json prints all`)]
      : [];
  return ["", `  ${colors.dim("output")}`, ...shown, ...more];
}

function runMetadataLines(run: RunV1Answer, { colors, width }: TimelineOptions): string[] {
  const lines = metadataLines(run.metadata).map((line) => `  ${cut(line, width - 2)}`);
  return lines.length === 0 ? [] : ["", `  ${colors.dim("metadata")}`, ...lines];
}

/** The lines of the picture. */
export function renderTimeline(run: RunV1Answer, steps: readonly StepV1Answer[], options: TimelineOptions): string[] {
  const { colors, now } = options;
  const row = (label: string, value: string): string => `  ${colors.dim(label.padEnd(8))} ${value}`;
  const queued = msOf(run.queued_at);
  return [
    "",
    `  ${colors.bold(run.function_slug ?? "a function that is gone")}  ${statusText(run, now, colors)}`,
    "",
    row("run", run.run_id),
    ...(run.event_id === null ? [] : [row("event", run.event_id)]),
    ...(queued === null ? [] : [row("queued", formatMoment(queued, now))]),
    ...(run.original_run_id === null ? [] : [row("repeats", run.original_run_id)]),
    ...(run.reason === null ? [] : [row("reason", run.reason)]),
    "",
    ...(steps.length === 0 ? [colors.dim("  No steps yet.")] : stepLines(run, steps, options)),
    ...(run.failed_attempts === undefined || run.failed_attempts.length === 0
      ? []
      : ["", `  ${colors.dim("function")}`, ...attemptLines(run.failed_attempts, "  ", options)]),
    ...runMetadataLines(run, options),
    ...outputLines(run, options),
    "",
  ];
}
