/**
 * What is sent in chaos: one row a kind of work, with what must come of each of its events. Read by the apps, which have a function
 * of the same name for each, by who sends the events and by who counts in the end.
 */

/**
 * What an event must come to.
 * - `completes`: one run, which completes with the event's number.
 * - `fails`, `cancelled`: one run, which ends so.
 * - `skips`: one run, completed or skipped. `replaces`: one run, completed or cancelled.
 * - `rated`: of all events of a group, as many have a run as the limit says. `first`: one has.
 * - `debounced`: the last event of each group has a run, and no event has two. `batched`: one run, shared with others.
 */
export type Outcome =
  | "completes"
  | "fails"
  | "cancelled"
  | "skips"
  | "replaces"
  | "rated"
  | "first"
  | "debounced"
  | "batched";

export interface Kind {
  /** Name of its event and of its function. */
  name: string;
  outcome: Outcome;
  /** Events of it for each round of the others. */
  weight: number;
  /** What the sender does once a run asks for it: sends the event or the signal that it waits for, or the one that cancels it. */
  asks?: "event" | "signal" | "stop";
}

export const kinds: readonly Kind[] = [
  { name: "sleeps", outcome: "completes", weight: 4 },
  { name: "sleeps-until", outcome: "completes", weight: 3 },
  { name: "waits", outcome: "completes", weight: 3, asks: "event" },
  { name: "waits-in-vain", outcome: "completes", weight: 3 },
  { name: "signalled", outcome: "completes", weight: 2, asks: "signal" },
  { name: "sends", outcome: "completes", weight: 3 },
  { name: "invokes", outcome: "completes", weight: 3 },
  { name: "parallel", outcome: "completes", weight: 3 },
  { name: "retries", outcome: "completes", weight: 3 },
  { name: "fails", outcome: "fails", weight: 2 },
  { name: "cancelled", outcome: "cancelled", weight: 2, asks: "stop" },
  { name: "timed-out", outcome: "cancelled", weight: 1 },
  { name: "later", outcome: "completes", weight: 2 },
  { name: "keyed", outcome: "completes", weight: 4 },
  { name: "shared", outcome: "completes", weight: 3 },
  { name: "whole", outcome: "completes", weight: 2 },
  { name: "prior", outcome: "completes", weight: 2 },
  { name: "throttled", outcome: "completes", weight: 3 },
  { name: "rated", outcome: "rated", weight: 3 },
  { name: "first", outcome: "first", weight: 2 },
  { name: "debounced", outcome: "debounced", weight: 3 },
  { name: "batched", outcome: "batched", weight: 4 },
  { name: "single", outcome: "skips", weight: 2 },
  { name: "replacing", outcome: "replaces", weight: 2 },
];

/** Functions that others start, once for each event of a kind: they complete with its number. */
export const derived: readonly { name: string; of: string }[] = [
  { name: "sent", of: "sends" },
  { name: "child", of: "invokes" },
  { name: "fails-failure", of: "fails" },
];

export const apps = ["chaos-a", "chaos-b"] as const;

/** Events of a group share the keys of the limits. */
export const groupSize = 12;
/** Keys that limits on concurrency tell apart. */
export const keys = 3;

export const limits = {
  keyed: 2,
  shared: 3,
  prior: 2,
  rated: 5,
  batch: 5,
  throttle: { limit: 20, periodMs: 1000 },
} as const;

/** What an event of a kind holds. */
export interface ChaosData {
  /** Its number: no other event has it. */
  n: number;
  /** Its key, 0 to `keys` less one. */
  k: number;
  /** Its group. */
  g: string;
}
