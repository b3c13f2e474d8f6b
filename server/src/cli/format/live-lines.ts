/** What happens in an engine, in the terminal and as JSON. Called by the commands that follow. Pure but for the width of a column. */
import type { LiveEntry } from "../live/live-entry.ts";
import type { Colors } from "./colors.ts";
import { clean, formatActivity, shortRunId, subjectOf, toActivityFields } from "./format-activity.ts";
import { formatMoment, formatPreciseTime } from "./format-duration.ts";
import { logText } from "./log-lines.ts";

export interface LiveLines {
  lines(entry: LiveEntry): string[];
}

const narrowest = 24;
const widest = 48;
const longestData = 100;

function subject(entry: LiveEntry): string {
  if (entry.kind === "event") return clean(entry.event.name);
  if (entry.kind === "log" || entry.kind === "step-waiting") return `${entry.slug} ${shortRunId(entry.runId)}`;
  return subjectOf(entry);
}

function dataOf(data: unknown): string {
  const text = JSON.stringify(data) ?? "";
  return text.length > longestData ? `${text.slice(0, longestData - 1)}…` : text;
}

/** Lines for people. `getWidth` gives the terminal's columns, null for no limit. */
export function createLiveLines(colors: Colors, getWidth: () => number | null): LiveLines {
  let subjectWidth = narrowest;
  const row = (entry: LiveEntry, mark: string, paint: (text: string) => string, rest: string): string =>
    `${colors.dim(formatPreciseTime(entry.at))}  ${paint(mark)} ${subject(entry).padEnd(subjectWidth)}  ${rest}`;
  return {
    lines(entry) {
      subjectWidth = Math.min(Math.max(subjectWidth, subject(entry).length), widest);
      switch (entry.kind) {
        case "event":
          return [row(entry, "● event", colors.cyan, colors.dim(dataOf(entry.event.data)))];
        case "log": {
          const [first, ...below] = logText(entry.line, colors);
          return [row(entry, "· log  ", colors.dim, first), ...below];
        }
        case "step-waiting": {
          const until = entry.until === null ? "" : ` until ${formatMoment(entry.until, entry.at)}`;
          return [row(entry, "◌ wait ", colors.blue, colors.blue(clean(entry.step + until)))];
        }
        default:
          return [formatActivity(entry, { colors, subjectWidth, width: getWidth() })];
      }
    },
  };
}

const rfc3339 = (at: number): string => new Date(at).toISOString();

/** The same as an object: the fields of `stepwell start --json`, and when it was. */
export function liveFields(entry: LiveEntry): Record<string, unknown> {
  const at = rfc3339(entry.at);
  switch (entry.kind) {
    case "event": {
      const { id, eventId, name, data } = entry.event;
      return { kind: "event", at, event_id: id, sent_id: eventId, name, data };
    }
    case "log": {
      const { number, level, text, fields, stepId, stepName, attempt } = entry.line;
      const place = { run_id: entry.runId, slug: entry.slug, step_id: stepId, step: stepName, attempt };
      return { kind: "log", at: entry.line.at, ...place, number, level, text, fields };
    }
    case "step-waiting": {
      const until = entry.until === null ? null : rfc3339(entry.until);
      return { kind: entry.kind, at, run_id: entry.runId, slug: entry.slug, step: entry.step, until };
    }
    default: {
      const { kind, ...fields } = toActivityFields(entry);
      return { kind, at, ...fields };
    }
  }
}
