/** Counts what was lost and what was done twice: what each acknowledged event came to, by what the engines say in the end. Pure. */
import type { RunJson } from "../api.ts";
import { apps, derived, limits, type Outcome } from "../kinds.ts";
import type { SentEvent } from "../senders.ts";
import type { Counts } from "./finding.ts";
import type { EndState } from "./state.ts";

type Found = Pick<Counts, "lost" | "doubled" | "exceeded">;

const nameOf = ({ kind, n, g }: SentEvent): string => `${kind.name} ${n} (${g})`;
const shown = (runs: readonly RunJson[]): string =>
  runs.map(({ id, status, output }) => `${id} ${status} ${JSON.stringify(output)}`).join(", ") || "no run";

/** How its only run may have ended, and whether it gives the event's number when it completed. */
const ways: Partial<Record<Outcome, readonly RunJson["status"][]>> = {
  completes: ["COMPLETED"],
  fails: ["FAILED"],
  cancelled: ["CANCELLED"],
  skips: ["COMPLETED", "SKIPPED"],
  replaces: ["COMPLETED", "CANCELLED"],
};

function countSingle(event: SentEvent, runs: readonly RunJson[], found: Found): void {
  const allowed = ways[event.kind.outcome];
  if (allowed === undefined) return;
  const isRight = ({ status, output }: RunJson): boolean =>
    allowed.includes(status) && (status !== "COMPLETED" || output === event.n);
  if (runs.length > 1) found.doubled.push(`${nameOf(event)}: ${shown(runs)}`);
  else if (!runs.some(isRight)) found.lost.push(`${nameOf(event)}: ${shown(runs)}`);
}

const hasEnded = ({ status }: RunJson): boolean => status !== "QUEUED" && status !== "RUNNING";

/** Events of one group, in the order in which they were sent. */
function countGroup(events: readonly SentEvent[], state: EndState, found: Found): void {
  const [first] = events;
  if (first === undefined) return;
  const runsOf = ({ id }: SentEvent): RunJson[] => state.runsOfEvent.get(id ?? "") ?? [];
  const twice = events.filter((event) => runsOf(event).length > 1);
  for (const event of twice) found.doubled.push(`${nameOf(event)}: ${shown(runsOf(event))}`);
  const runs = [...new Map(events.flatMap(runsOf).map((run) => [run.id, run])).values()];
  const completed = runs.filter(({ status }) => status === "COMPLETED");
  const { outcome } = first.kind;
  if (outcome === "rated" || outcome === "first") {
    const most = outcome === "first" ? 1 : limits.rated;
    if (runs.length > most) found.exceeded.push(`${first.g}: ${runs.length} runs of at most ${most}`);
    const least = Math.min(most, events.length);
    if (completed.length < least)
      found.lost.push(`${first.g}: ${completed.length} of ${least} completed: ${shown(runs)}`);
  }
  if (outcome === "debounced") {
    const last = events.reduce((latest, event) => (event.ts > latest.ts ? event : latest), first);
    if (!runsOf(last).some(({ status }) => status === "COMPLETED"))
      found.lost.push(`${nameOf(last)}: the last of its group`);
  }
  if (outcome === "batched") {
    for (const event of events)
      if (!runsOf(event).some(({ status, output }) => status === "COMPLETED" && (output as number[]).includes(event.n)))
        found.lost.push(`${nameOf(event)}: ${shown(runsOf(event))}`);
    for (const { id, trigger } of runs)
      if (trigger.eventIds.length > limits.batch) found.exceeded.push(`${id}: a batch of ${trigger.eventIds.length}`);
  }
}

/** Runs that other runs started: one for each event of a kind. */
function countDerived(events: readonly SentEvent[], state: EndState, found: Found): void {
  for (const app of apps)
    for (const { name, of } of derived) {
      const runs = state.runsOf(`${app}-${name}`);
      for (const event of events.filter((each) => each.app === app && each.kind.name === of)) {
        const own = runs.filter(({ output }) => output === event.n);
        if (own.length === 0) found.lost.push(`${nameOf(event)}: no run of ${name}`);
        if (own.length > 1) found.doubled.push(`${nameOf(event)}: ${name} ran twice: ${shown(own)}`);
      }
    }
}

/** Each tick of a cron has one run, from the first one that has any to the last. */
function countTicks(state: EndState, found: Found): void {
  for (const app of apps) {
    const runs = state.runsOf(`${app}-ticks`).filter(({ status }) => status === "COMPLETED");
    const ticks = runs.map(({ output }) => Date.parse(String(output))).sort((a, b) => a - b);
    for (const [index, tick] of ticks.entries()) {
      const before = ticks[index - 1];
      if (before === tick) found.doubled.push(`${app}: two runs of the tick ${new Date(tick).toISOString()}`);
      else if (before !== undefined && tick - before > 60_000)
        found.lost.push(`${app}: no run between ${new Date(before).toISOString()} and ${new Date(tick).toISOString()}`);
    }
  }
}

export function countOutcomes(events: readonly SentEvent[], state: EndState): Found {
  const found: Found = { lost: [], doubled: [], exceeded: [] };
  const groups = new Map<string, SentEvent[]>();
  for (const event of events) {
    countSingle(event, state.runsOfEvent.get(event.id ?? "") ?? [], found);
    groups.set(event.g, [...(groups.get(event.g) ?? []), event]);
  }
  for (const group of groups.values()) countGroup(group, state, found);
  countDerived(events, state, found);
  countTicks(state, found);
  for (const run of state.runs) {
    const ends = state.ends.get(run.id) ?? 0;
    if (ends > 1) found.doubled.push(`${run.function.id} ${run.id} ended ${ends} times`);
    const isTold = run.status !== "SKIPPED" && !run.function.id.endsWith("-failure");
    if (hasEnded(run) && isTold && ends === 0)
      found.lost.push(`${run.function.id} ${run.id} ended, and nobody was told`);
    if (!hasEnded(run) && run.trigger.cron === null)
      found.lost.push(`${run.function.id} ${run.id} has not ended: ${run.status}`);
  }
  return found;
}
