/**
 * What the engine does, as one line each: for people (`formatActivity`) and for programs (`toActivityFields`).
 * Called by create-activity-notifier. Pure.
 */
import type { Activity } from "../../domain/activity.ts";
import type { Colors } from "./colors.ts";
import { formatDuration, formatMoment, formatPreciseTime } from "./format-duration.ts";

export interface LineOptions {
  colors: Colors;
  /** Columns of the second part: what the line is about. */
  subjectWidth: number;
  /** Columns of the terminal, to cut long messages; null for no limit. */
  width: number | null;
}

interface Parts {
  symbol: string;
  label: string;
  /** What it is about, and the end of its run's id. */
  subject: string;
  detail: string;
  paint: (text: string) => string;
}

/** The end of a run's id that tells it from others on a screen. `stepwell run` takes it too. */
export const shortRunId = (runId: string): string => runId.slice(-6);

/** What a line is about: an event's name, a function or an app. */
export function subjectOf(activity: Activity): string {
  switch (activity.kind) {
    case "event-received":
      return activity.name;
    case "app-synced":
    case "app-warned":
      return activity.app;
    case "app-unreachable":
      return activity.url;
    case "alert-began":
    case "alert-ended":
      return activity.rule;
    case "run-started":
    case "step-ended":
    case "step-sleeping":
    case "attempt-failed":
    case "run-ended":
      return `${activity.slug} ${shortRunId(activity.runId)}`;
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
/** Without line breaks, and without the name that says nothing. */
const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^Error: /, "");
const reason = (error: string | null): string => (error === null ? "" : `: ${oneLine(error)}`);
const took = (durationMs: number | null): string => (durationMs === null ? "" : ` ${formatDuration(durationMs)}`);

function eventDetail({ runs, notStarted = [] }: Activity & { kind: "event-received" }): string {
  const starts = runs === 0 ? "starts nothing" : `starts ${count(runs, "run")}`;
  return [starts, ...notStarted.map(({ slug, reason: why }) => `not ${slug} (${why})`)].join(", ");
}

function runEndedParts(activity: Activity & { kind: "run-ended" }, colors: Colors): Omit<Parts, "subject"> {
  const detail = `${activity.status.toLowerCase()} in ${formatDuration(activity.durationMs)}${reason(activity.error)}`;
  switch (activity.status) {
    case "Completed":
      return { symbol: "✓", label: "run", detail, paint: colors.green };
    case "Failed":
      return { symbol: "✗", label: "run", detail, paint: colors.red };
    case "Cancelled":
    case "Skipped":
      return { symbol: "■", label: "run", detail, paint: colors.yellow };
  }
}

function partsOf(activity: Activity, colors: Colors): Omit<Parts, "subject"> {
  switch (activity.kind) {
    case "event-received":
      return {
        symbol: "●",
        label: "event",
        detail: eventDetail(activity),
        paint: colors.cyan,
      };
    case "run-started":
      return { symbol: "▶", label: "run", detail: `started ${activity.runId}`, paint: colors.cyan };
    case "step-ended":
      return activity.failed
        ? { symbol: "✗", label: "step", detail: `${activity.step} failed${reason(activity.error)}`, paint: colors.red }
        : { symbol: "✓", label: "step", detail: activity.step + took(activity.durationMs), paint: colors.dim };
    case "step-sleeping": {
      const until = `until ${formatMoment(activity.until, activity.at)}`;
      return {
        symbol: "◌",
        label: "sleep",
        detail: `${activity.step} ${until} (${formatDuration(Math.max(activity.until - activity.at, 0))})`,
        paint: colors.blue,
      };
    }
    case "attempt-failed": {
      const { step, attempt, maxAttempts, error, retryAt, at } = activity;
      const wait = formatDuration(Math.max(retryAt - at, 0));
      return {
        symbol: "↻",
        label: "retry",
        detail: `${step === null ? "" : `${step} `}attempt ${attempt + 1} of ${maxAttempts} failed, next in ${wait}${reason(error)}`,
        paint: colors.yellow,
      };
    }
    case "run-ended":
      return runEndedParts(activity, colors);
    case "app-synced":
      return {
        symbol: "●",
        label: "app",
        detail: `${count(activity.functions, "function")} at ${activity.url}`,
        paint: colors.magenta,
      };
    case "app-warned":
      return { symbol: "!", label: "app", detail: oneLine(activity.message), paint: colors.yellow };
    case "app-unreachable":
      return { symbol: "!", label: "app", detail: oneLine(activity.error), paint: colors.yellow };
    case "alert-began":
      return { symbol: "!", label: "alert", detail: oneLine(activity.text), paint: colors.red };
    case "alert-ended":
      return {
        symbol: "✓",
        label: "alert",
        detail: `over after ${formatDuration(activity.durationMs)}`,
        paint: colors.green,
      };
  }
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;

/** Names and messages are the apps': escape sequences in them could rewrite what a terminal shows. */
export const clean = (text: string): string => text.replace(/\p{Cc}/gu, "�");

/** One line, without its end. */
export function formatActivity(activity: Activity, { colors, subjectWidth, width }: LineOptions): string {
  const { symbol, label, detail, paint } = partsOf(activity, colors);
  const subject = clean(subjectOf(activity)).padEnd(subjectWidth);
  const used = 12 + 2 + 2 + 6 + subject.length + 2;
  const shown = cut(clean(detail), width === null ? Number.POSITIVE_INFINITY : Math.max(width - used, 30));
  return `${colors.dim(formatPreciseTime(activity.at))}  ${paint(`${symbol} ${label.padEnd(5)}`)} ${subject}  ${paint(shown)}`;
}

const rfc3339 = (at: number): string => new Date(at).toISOString();
const moments = new Set(["until", "retryAt"]);

/** The same as fields for a JSON line: names in snake_case, moments as RFC 3339. The line's own time is left to the logger. */
export function toActivityFields(activity: Activity): Record<string, unknown> {
  const entries = Object.entries(activity).filter(([key]) => key !== "at");
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      moments.has(key) ? rfc3339(value as number) : value,
    ]),
  );
}

/** A few words for the message of a JSON line. */
export function describeActivity(activity: Activity, colors: Colors): string {
  return `${partsOf(activity, colors).label}: ${subjectOf(activity)}: ${partsOf(activity, colors).detail}`;
}
