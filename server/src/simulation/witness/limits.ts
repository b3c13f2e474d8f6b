/**
 * Counts what limits count, from the leases and writes as they were carried out: calls and runs at once, starts in a period, runs of
 * one key.
 */
import { parseTimeString } from "stepwell/protocol";
import { functionIdOf } from "../../domain/ids.ts";
import type { Slot } from "../../domain/queue/lane.ts";
import type { Transition } from "../../domain/transition.ts";
import type { SimulatedFunction } from "../programs/draw-functions.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Life } from "../simulated-engine.ts";
import type { KnownRun, KnownRuns } from "./known-runs.ts";
import type { HeldLease } from "./leases.ts";
import type { Violations } from "./violations.ts";
import type { Committed, StoreWitness } from "./watched-store.ts";

/** What divisions of a period lose, and what late answers of the store shift, in milliseconds. */
const slackMs = 1;

export class Limits implements StoreWitness {
  readonly #violations: Violations;
  readonly #known: KnownRuns;
  readonly #held: ReadonlyMap<string, HeldLease>;
  /** Runs that have begun. */
  readonly #begun = new Set<string>();
  /** When runs began, by key of their throttle. */
  readonly #starts = new Map<string, number[]>();
  readonly #scheduler: Scheduler;

  constructor(
    violations: Violations,
    known: KnownRuns,
    { held, scheduler }: { held: ReadonlyMap<string, HeldLease>; scheduler: Scheduler },
  ) {
    this.#violations = violations;
    this.#known = known;
    this.#held = held;
    this.#scheduler = scheduler;
  }

  committed(_life: Life, _transition: Transition, { startedRuns }: Committed): void {
    for (const id of startedRuns) {
      const run = this.#known.runs.get(id);
      if (run === undefined || run.singletonKey === null) continue;
      const open = this.#openRuns(({ singletonKey }) => singletonKey === run.singletonKey);
      if (open.length > 1) this.#say(`singleton ${run.singletonKey}: runs ${open.join(" and ")} are open at once`);
    }
  }

  leased(): void {}
  extended(): void {}

  granted({ item }: HeldLease, now: number): void {
    const run = item.runId === null ? undefined : this.#known.runs.get(item.runId);
    if (run === undefined || item.laneId === null) return;
    for (const slot of run.slots) this.#countCalls(slot, now);
    if (item.kind !== "start" || this.#begun.has(run.id)) return;
    this.#begun.add(run.id);
    for (const slot of run.runSlots) this.#countRuns(slot);
    this.#countStart(run, now);
  }

  /** As authors wrote them: how many starts there may be in any period, so they are counted when all is known. */
  checkRates(functions: readonly SimulatedFunction[]): void {
    for (const fn of functions) {
      const rate = rateOf(fn);
      if (rate === null) continue;
      const id = functionIdOf("app", fn.slug);
      const starts = new Map<string, number[]>();
      for (const run of this.#known.runs.values()) {
        const event = this.#known.events.get(run.eventIds[0] ?? "");
        if (run.functionId !== id || run.isRepeat || run.ended === "Skipped" || event === undefined) continue;
        const key = rate.key === null ? "none" : String(event[rate.key]);
        // An event without the key is not limited: ticks of crons have none.
        if (key === "0") continue;
        starts.set(key, [...(starts.get(key) ?? []), run.queuedAt]);
      }
      for (const [key, times] of starts) this.#checkRate(`${fn.slug} (key ${key})`, rate, times);
    }
  }

  #checkRate(name: string, { limit, periodMs }: Rate, times: number[]): void {
    times.sort((a, b) => a - b);
    const excess = times.find((time, index) => time - (times[index - limit] ?? Number.NEGATIVE_INFINITY) < periodMs);
    if (excess !== undefined) this.#say(`${name} started more than ${limit} in ${periodMs} ms: ${times.join(" ")}`);
  }

  #countCalls({ key, limit }: Slot, now: number): void {
    let count = 0;
    for (const { item, until } of this.#held.values()) {
      if (until <= now || item.laneId === null || item.runId === null) continue;
      if (this.#known.runs.get(item.runId)?.slots.some((slot) => slot.key === key)) count += 1;
    }
    if (count > limit) this.#say(`${count} calls of ${key} at once, the most is ${limit}`);
  }

  #countRuns({ key, limit }: Slot): void {
    const open = this.#openRuns(({ id, runSlots }) => this.#begun.has(id) && runSlots.some((slot) => slot.key === key));
    if (open.length > limit)
      this.#say(`${open.length} runs of ${key} at once, the most is ${limit}: ${open.join(" ")}`);
  }

  /** The number of starts that may come at once, and then one an interval. */
  #countStart({ throttle }: KnownRun, now: number): void {
    if (throttle === null) return;
    const { key, limit, periodMs, burst } = throttle;
    const times = this.#starts.get(key) ?? [];
    this.#starts.set(key, times);
    times.push(now);
    const earlier = times[times.length - 2 - burst];
    if (earlier === undefined) return;
    const leastMs = periodMs / limit - slackMs - this.#scheduler.setBackMs;
    if (now - earlier < leastMs) this.#say(`throttle ${key}: ${burst + 2} starts in ${now - earlier} ms`);
  }

  #openRuns(which: (run: KnownRun) => boolean): string[] {
    return [...this.#known.runs.values()].filter((run) => run.ended === null && which(run)).map(({ id }) => id);
  }

  #say(what: string): void {
    this.#violations.add("no limit is exceeded", what);
  }
}

interface Rate {
  limit: number;
  periodMs: number;
  /** What of an event is the key; null for none. */
  key: "n" | "k" | null;
}

const dayMs = 86_400_000;

/** What a function's options say about how often it may start; null for nothing. */
function rateOf({ options }: SimulatedFunction): Rate | null {
  const { rateLimit, idempotency } = options as {
    rateLimit?: { limit: number; period: string; key?: string };
    idempotency?: string;
  };
  const keyOf = (expression: string | undefined): Rate["key"] =>
    expression === "event.data.n" ? "n" : expression === "event.data.k" ? "k" : null;
  if (idempotency !== undefined) return { limit: 1, periodMs: dayMs, key: keyOf(idempotency) };
  if (rateLimit === undefined) return null;
  return { limit: rateLimit.limit, periodMs: parseTimeString(rateLimit.period) ?? 0, key: keyOf(rateLimit.key) };
}
