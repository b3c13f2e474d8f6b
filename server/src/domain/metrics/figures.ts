/**
 * The figures of a function or an app in a while: counts and histograms, such that those of two whiles or two engines add up to those of
 * both. Made of tallies by the folder `metrics`, kept by the stores as JSON, read by the API. Must hold nothing that does not add up.
 */
import type { EndedStatus } from "../run/run.ts";
import { addTo, emptyHistogram, type Histogram, mergeHistogram } from "./histogram.ts";
import type { CallAnswer, StepOutcome, Tally } from "./tally.ts";

export interface Figures {
  started: number;
  /** Runs that ended. */
  runs: Partial<Record<EndedStatus, number>>;
  /** Steps that ended. */
  steps: Partial<Record<StepOutcome, number>>;
  /** Attempts that failed and were tried again. */
  retries: number;
  deadLetters: number;
  /** Runs that failed, by the name of their error. */
  errors: Record<string, number>;
  /** From start to end, of runs that started. */
  runMs: Histogram;
  /** From the queue to the start. */
  waitMs: Histogram;
  /** Of steps that did some work themselves. */
  stepMs: Histogram;
  calls: Partial<Record<CallAnswer, number>>;
  callMs: Histogram;
  /** Milliseconds since 1970; null while nothing has completed. */
  lastSuccessAt: number | null;
}

/** So many names of errors are told apart; others count under the last name. */
const errorsMax = 20;
const otherErrors = "other";
const nameMax = 80;

export function emptyFigures(): Figures {
  return {
    started: 0,
    runs: {},
    steps: {},
    retries: 0,
    deadLetters: 0,
    errors: {},
    runMs: emptyHistogram(),
    waitMs: emptyHistogram(),
    stepMs: emptyHistogram(),
    calls: {},
    callMs: emptyHistogram(),
    lastSuccessAt: null,
  };
}

function addCount<Key extends string>(counts: Partial<Record<Key, number>>, key: Key, count = 1): void {
  counts[key] = (counts[key] ?? 0) + count;
}

/** A record's own keys alone, so that an error named `__proto__` or `constructor` is a name like others. */
function addError(errors: Record<string, number>, name: string, count: number): void {
  const text = name.slice(0, nameMax);
  const isKnown = Object.hasOwn(errors, text);
  const key = isKnown || (Object.keys(errors).length < errorsMax && text !== "__proto__") ? text : otherErrors;
  errors[key] = (Object.hasOwn(errors, key) ? (errors[key] ?? 0) : 0) + count;
}

/** Counts one thing that happened at `now`, milliseconds since 1970. */
export function addTally(figures: Figures, tally: Tally, now: number): void {
  switch (tally.kind) {
    case "run-started":
      figures.started += 1;
      addTo(figures.waitMs, tally.waitMs);
      return;
    case "run-ended":
      addCount(figures.runs, tally.status);
      if (tally.runMs !== null) addTo(figures.runMs, tally.runMs);
      if (tally.error !== null) addError(figures.errors, tally.error, 1);
      if (tally.status === "Completed") figures.lastSuccessAt = Math.max(figures.lastSuccessAt ?? 0, now);
      return;
    case "step-ended":
      addCount(figures.steps, tally.status);
      if (tally.stepMs !== null) addTo(figures.stepMs, tally.stepMs);
      return;
    case "retry":
      figures.retries += 1;
      return;
    case "dead-letter":
      figures.deadLetters += 1;
      return;
    case "call":
      addCount(figures.calls, tally.answer);
      addTo(figures.callMs, tally.callMs);
  }
}

const histograms = ["runMs", "waitMs", "stepMs", "callMs"] as const;

/** Adds all of `from` to `into`. */
export function mergeFigures(into: Figures, from: Figures): void {
  into.started += from.started;
  into.retries += from.retries;
  into.deadLetters += from.deadLetters;
  for (const [status, count] of Object.entries(from.runs)) addCount(into.runs, status as EndedStatus, count);
  for (const [status, count] of Object.entries(from.steps)) addCount(into.steps, status as StepOutcome, count);
  for (const [answer, count] of Object.entries(from.calls)) addCount(into.calls, answer as CallAnswer, count);
  for (const [name, count] of Object.entries(from.errors)) addError(into.errors, name, count);
  for (const name of histograms) mergeHistogram(into[name], from[name]);
  if (from.lastSuccessAt !== null) into.lastSuccessAt = Math.max(into.lastSuccessAt ?? 0, from.lastSuccessAt);
}
