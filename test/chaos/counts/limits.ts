/**
 * Counts what went beyond a limit. Pure.
 *
 * Concurrency, by the journal: between the marks `begin` and `end` of a step it takes a place, and different steps that take one at
 * the same moment are counted. The same step twice counts once: what a dead engine asked for may still be at work in the app. Limits
 * on whole runs, and singletons: from a run's first step to its last. Throttles, by when the engines say that runs started.
 */
import type { RunJson } from "../api.ts";
import type { Mark } from "../journal.ts";
import { apps, limits } from "../kinds.ts";
import type { EndState } from "./state.ts";

function countSteps(marks: readonly Mark[]): string[] {
  const exceeded: string[] = [];
  const active = new Map<string, Map<string, number>>();
  for (const { what, limit, places = 1, wholeRun = false, run, step, kind } of marks) {
    if (limit === undefined || wholeRun || !["begin", "end", "failed"].includes(what)) continue;
    const holders = active.get(limit) ?? new Map<string, number>();
    active.set(limit, holders);
    const key = `${run} ${step}`;
    const held = (holders.get(key) ?? 0) + (what === "begin" ? 1 : -1);
    if (held > 0) holders.set(key, held);
    else holders.delete(key);
    if (what === "begin" && holders.size > places)
      exceeded.push(`${holders.size} of ${kind} (${limit}) ran at once: ${[...holders.keys()].join(", ")}`);
  }
  return exceeded;
}

/** Runs of one limit whose first and last marks enclose a mark of another one. */
function countRuns(marks: readonly Mark[], limitOf: (mark: Mark) => string | null): string[] {
  const spans = new Map<string, { limit: string; from: number; to: number }>();
  for (const [index, mark] of marks.entries()) {
    const limit = ["begin", "end"].includes(mark.what) ? limitOf(mark) : null;
    if (limit === null) continue;
    const span = spans.get(mark.run);
    if (span === undefined) spans.set(mark.run, { limit, from: index, to: index });
    else span.to = index;
  }
  const exceeded: string[] = [];
  const last = new Map<string, { run: string; to: number }>();
  for (const [run, { limit, from, to }] of [...spans].sort(([, one], [, other]) => one.from - other.from)) {
    const before = last.get(limit);
    if (before !== undefined && before.to > from)
      exceeded.push(`runs ${before.run} and ${run} (${limit}) were open at once`);
    if (before === undefined || before.to < to) last.set(limit, { run, to });
  }
  return exceeded;
}

/** Starts keep their distance, so that in any period there is one more than the limit at most. */
function countStarts(runs: readonly RunJson[], name: string): string[] {
  const { limit, periodMs } = limits.throttle;
  const starts = runs
    .flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]))
    .sort((a, b) => a - b);
  const exceeded: string[] = [];
  for (const [index, start] of starts.entries()) {
    const later = starts[index + limit + 1];
    if (later !== undefined && later - start < periodMs)
      exceeded.push(`${name}: ${limit + 2} starts within ${later - start} ms`);
  }
  return exceeded;
}

/** `groupOf`: the group of an event, by its number. */
export function countExceeded(marks: readonly Mark[], state: EndState, groupOf: ReadonlyMap<number, string>): string[] {
  const ran = new Set(marks.map(({ run }) => run));
  return [
    ...countSteps(marks),
    ...countRuns(marks, ({ limit, wholeRun }) => (wholeRun === true ? (limit ?? null) : null)),
    ...countRuns(marks, ({ kind, n }) => (kind === "single" ? (groupOf.get(n) ?? null) : null)),
    ...state.runs.flatMap(({ id, status }) =>
      status === "SKIPPED" && ran.has(id) ? [`${id} ran although it was skipped`] : [],
    ),
    ...apps.flatMap((app) => countStarts(state.runsOf(`${app}-throttled`), `${app}-throttled`)),
  ];
}
