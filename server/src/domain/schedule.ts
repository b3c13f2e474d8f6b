/**
 * Schedules made at runtime, beside the crons that functions bring along.
 */

/** What becomes of the ticks that passed while no engine ran: none, the latest or every one of them starts a run. */
export const missedRules = ["skip", "one", "all"] as const;
export type MissedRule = (typeof missedRules)[number];

/** What a tick does. */
export type ScheduleTarget =
  | { kind: "function"; functionId: string }
  /** Sends an event of this name. */
  | { kind: "event"; name: string };

export interface ScheduleRecord {
  /** ULID. */
  id: string;
  /** For people. */
  name: string;
  /** Five fields, optionally after `TZ=Area/City `. */
  cron: string;
  /** Longest random delay of a tick, milliseconds; 0 for none. */
  jitterMs: number;
  missed: MissedRule;
  target: ScheduleTarget;
  /** Data of the event, JSON text of an object (see stored-json). */
  data: string;
  /** Milliseconds since 1970; null while it is active. */
  pausedAt: number | null;
  createdAt: number;
}

const itemPrefix = "schedule:";

/** Id of the queue item that fires a schedule's ticks. */
export function scheduleItemId(scheduleId: string): string {
  return itemPrefix + scheduleId;
}

/** The schedule of such an item. */
export function scheduleIdOf(itemId: string): string {
  return itemId.slice(itemPrefix.length);
}
