/**
 * Prints what the engine does while `dev` or `start` runs. Made by serve. Must never throw or wait.
 */
import { toAppPlace } from "../core/apps/app-place.ts";
import type { Activity } from "../domain/activity.ts";
import type { Logger } from "../ports/logger.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Colors } from "./format/colors.ts";
import { describeActivity, formatActivity, subjectOf, toActivityFields } from "./format/format-activity.ts";

const narrowest = 24;
const widest = 48;

/**
 * Tells whether an activity is worth a line: every event, run and step is; a sync only when it changed something, is the
 * first of its app, or ends an outage. A poll that finds all as it was says nothing.
 */
export function createChangeFilter(): (activity: Activity) => boolean {
  const healthy = new Set<string>();
  return (activity) => {
    if (activity.kind === "app-unreachable") healthy.delete(toAppPlace(activity.url));
    if (activity.kind !== "app-synced") return true;
    const known = healthy.has(toAppPlace(activity.url));
    healthy.add(toAppPlace(activity.url));
    return activity.modified || !known;
  };
}

/** Lines for people. `getWidth` gives the terminal's columns, null for no limit. */
export function createLineNotifier(
  write: (line: string) => void,
  colors: Colors,
  getWidth: () => number | null,
): Notifier {
  const isWorthALine = createChangeFilter();
  let subjectWidth = narrowest;
  return {
    notify(activity) {
      if (!isWorthALine(activity)) return;
      subjectWidth = Math.min(Math.max(subjectWidth, subjectOf(activity).length), widest);
      write(formatActivity(activity, { colors, subjectWidth, width: getWidth() }));
    },
  };
}

const isTrouble = (activity: Activity): boolean =>
  activity.kind === "alert-began" ||
  activity.kind === "app-unreachable" ||
  activity.kind === "app-warned" ||
  activity.kind === "attempt-failed" ||
  (activity.kind === "run-ended" && activity.status === "Failed");

/** Lines for programs: one JSON object each, through the logger. `colors` must be off. */
export function createLogNotifier(logger: Logger, colors: Colors): Notifier {
  const isWorthALine = createChangeFilter();
  return {
    notify(activity) {
      if (!isWorthALine(activity)) return;
      const level = isTrouble(activity) ? "warn" : "info";
      logger[level](toActivityFields(activity), describeActivity(activity, colors));
    },
  };
}
