/**
 * Pauses: the kill switch, for a function, an app or everything.
 */

export type PauseScope = "all" | "app" | "function";

export interface PauseRecord {
  scope: PauseScope;
  /** Id of the app or function; "" for all. */
  targetId: string;
  /** Why, for people. */
  reason: string;
  /** Who, for people. */
  author: string;
  /** Milliseconds since 1970. */
  at: number;
  /** What becomes of events that would start a run meanwhile: the run waits, or is recorded as skipped. */
  arriving: "hold" | "skip";
}
