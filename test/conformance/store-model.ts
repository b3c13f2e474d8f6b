/** Random transitions against a store and against a model of it that is small enough to be seen to be right. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LeaseToken } from "../../server/src/domain/queue/queue-item.ts";
import type { Transition } from "../../server/src/domain/transition.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { runs } from "../helpers/runs.ts";
import type { OpenStore } from "./store-harness.ts";
import { makeEnd, makeEvent, makeItem, makePlan, makeStart, t0, write } from "./store-records.ts";

interface ModelRun {
  ended: boolean;
  pending: Set<string>;
  /** Ids of ended steps, in their order. */
  done: string[];
}

interface ModelItem {
  runId: string | null;
  dueAt: number;
  fence: number;
  leasedUntil: number | null;
}

type Step =
  | { kind: "start"; event: string; run: string; key: string | null }
  | { kind: "plan" | "end"; run: string; step: string; guarded: boolean; idle: boolean }
  | { kind: "put"; item: string; run: string; delay: number }
  | { kind: "finish"; run: string; guarded: boolean }
  | { kind: "lease"; limit: number; leaseMs: number }
  | { kind: "settle"; which: number; how: "done" | "keep" | "retry"; step: string }
  | { kind: "tick"; ms: number };

class Model {
  readonly events = new Set<string>();
  readonly keys = new Set<string>();
  readonly runs = new Map<string, ModelRun>();
  readonly queue = new Map<string, ModelItem>();

  isHeld(token: LeaseToken): boolean {
    const item = this.queue.get(token.itemId);
    return item !== undefined && item.leasedUntil !== null && item.fence === token.fence;
  }

  put(id: string, runId: string | null, dueAt: number): void {
    if (!this.queue.has(id)) this.queue.set(id, { runId, dueAt, fence: 0, leasedUntil: null });
  }

  open(runId: string): ModelRun | null {
    const run = this.runs.get(runId);
    return run === undefined || run.ended ? null : run;
  }

  start(event: string, runId: string, key: string | null): boolean {
    const isRepeat = this.events.has(event);
    this.events.add(event);
    if (isRepeat || this.runs.has(runId) || (key !== null && this.keys.has(key))) return false;
    if (key !== null) this.keys.add(key);
    this.runs.set(runId, { ended: false, pending: new Set(), done: [] });
    this.put(`start-${runId}`, runId, t0);
    return true;
  }

  plan(runId: string, step: string): void {
    const run = this.open(runId);
    if (run === null || run.pending.has(step) || run.done.includes(step)) return;
    run.pending.add(step);
    this.put(`item-${runId}-${step}`, runId, t0);
  }

  end(runId: string, step: string): void {
    const run = this.open(runId);
    if (run === null || run.done.includes(step)) return;
    run.pending.delete(step);
    run.done.push(step);
  }

  putWhenIdle(id: string, runId: string): void {
    if (this.open(runId)?.pending.size === 0) this.put(id, runId, t0);
  }

  finish(runId: string): void {
    const run = this.open(runId);
    if (run === null) return;
    run.ended = true;
    run.pending.clear();
    for (const [id, item] of this.queue) if (item.runId === runId) this.queue.delete(id);
  }

  lease(now: number, leaseUntil: number, limit: number): LeaseToken[] {
    for (const item of this.queue.values()) {
      if (item.leasedUntil !== null && item.leasedUntil <= now) item.leasedUntil = null;
    }
    return [...this.queue]
      .filter(([, item]) => item.leasedUntil === null && item.dueAt <= now)
      .sort(([a, x], [b, y]) => x.dueAt - y.dueAt || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([itemId, item]) => {
        item.leasedUntil = leaseUntil;
        item.fence += 1;
        return { itemId, fence: item.fence };
      });
  }

  nextDueAt(): number | null {
    const times = [...this.queue.values()].map((item) => item.leasedUntil ?? item.dueAt);
    return times.length === 0 ? null : Math.min(...times);
  }
}

const few = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((number) => `${prefix}${number}`);

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("start" as const),
    event: few("E", 5),
    run: few("R", 4),
    key: fc.option(few("K", 2)),
  }),
  fc.record({
    kind: fc.constantFrom("plan" as const, "end" as const),
    run: few("R", 4),
    step: few("s", 3),
    guarded: fc.boolean(),
    idle: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("put" as const),
    item: few("I", 4),
    run: few("R", 4),
    delay: fc.integer({ min: -5, max: 30 }),
  }),
  fc.record({ kind: fc.constant("finish" as const), run: few("R", 4), guarded: fc.boolean() }),
  fc.record({
    kind: fc.constant("lease" as const),
    limit: fc.integer({ min: 0, max: 3 }),
    leaseMs: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({
    kind: fc.constant("settle" as const),
    which: fc.nat(20),
    how: fc.constantFrom("done" as const, "keep" as const, "retry" as const),
    step: few("s", 3),
  }),
  fc.record({ kind: fc.constant("tick" as const), ms: fc.integer({ min: 1, max: 20 }) }),
);

/** Does one step on both sides, and compares what they answer. */
class Pair {
  private now = t0;
  private readonly tokens: LeaseToken[] = [];
  private readonly model = new Model();
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  async apply(step: Step): Promise<void> {
    if (step.kind === "tick") this.now += step.ms;
    else if (step.kind === "lease") await this.lease(step.limit, this.now + step.leaseMs);
    else if (step.kind === "settle") await this.settle(step);
    else if (step.kind === "start") await this.start(step);
    else await this.write(step);
    expect(await this.store.nextDueAt()).toBe(this.model.nextDueAt());
  }

  private async lease(limit: number, leaseUntil: number): Promise<void> {
    const leased = await this.store.lease({ now: this.now, leaseUntil, limit });
    const tokens = leased.map(({ id, fence }) => ({ itemId: id, fence }));
    expect(tokens).toEqual(this.model.lease(this.now, leaseUntil, limit));
    this.tokens.push(...tokens);
  }

  /** Under a lease of now or of long ago: ends a step of the first run, too. */
  private async settle(step: Step & { kind: "settle" }): Promise<void> {
    const lease = this.tokens[step.which % Math.max(this.tokens.length, 1)];
    if (lease === undefined) return;
    const dueAt = this.now + 7;
    const settle = step.how === "retry" ? ({ kind: "retry", attempt: 1, dueAt } as const) : { kind: step.how };
    const isHeld = this.model.isHeld(lease);
    if (isHeld) {
      const item = this.model.queue.get(lease.itemId);
      if (step.how === "done") this.model.queue.delete(lease.itemId);
      if (step.how === "retry" && item !== undefined) Object.assign(item, { dueAt, leasedUntil: null });
      this.model.end("R1", step.step);
    }
    const result = await this.store.commit({ lease, settle, ends: [makeEnd("R1", step.step)] });
    expect(result.ok).toBe(isHeld);
  }

  private async start({ event, run, key }: Step & { kind: "start" }): Promise<void> {
    const starts = [makeStart(run, { eventIds: [event], idempotencyKey: key })];
    const result = await this.store.commit(write({ events: [makeEvent(event)], starts }));
    const started = this.model.start(event, run, key) ? [run] : [];
    expect(result).toMatchObject({ ok: true, startedRuns: started });
  }

  private async write(step: Step & { kind: "plan" | "end" | "put" | "finish" }): Promise<void> {
    const { run } = step;
    const isGuarded = step.kind !== "put" && step.guarded;
    const isRefused = isGuarded && this.model.open(run) === null;
    const transition: Transition = isGuarded ? { lease: null, openRun: run } : { lease: null };
    if (step.kind === "put") transition.puts = [makeItem(step.item, { runId: run, dueAt: this.now + step.delay })];
    if (step.kind === "plan") transition.plans = [makePlan(run, step.step)];
    if (step.kind === "end") transition.ends = [makeEnd(run, step.step)];
    if (step.kind === "finish")
      transition.run = { runId: run, end: { status: "Failed", endedAt: this.now, output: null } };
    const isIdlePut = (step.kind === "plan" || step.kind === "end") && step.idle;
    if (isIdlePut) transition.putWhenIdle = makeItem(`idle-${run}`, { runId: run });
    const result = await this.store.commit(transition);
    expect(result.ok).toBe(!isRefused);
    if (isRefused) return;
    if (step.kind === "put") this.model.put(step.item, run, this.now + step.delay);
    if (step.kind === "plan") this.model.plan(run, step.step);
    if (step.kind === "end") this.model.end(run, step.step);
    if (step.kind === "finish") this.model.finish(run);
    if (isIdlePut) this.model.putWhenIdle(`idle-${run}`, run);
  }

  /** The two sides hold the same runs and steps. */
  async compare(): Promise<void> {
    const runs = await this.store.listRuns({ limit: 1_000 });
    expect(runs.map((run) => run.id)).toEqual([...this.model.runs.keys()].sort().reverse());
    for (const run of runs) {
      const expected = this.model.runs.get(run.id);
      expect(run.endedAt !== null).toBe(expected?.ended);
      expect(run).toMatchObject({ stepCount: expected?.done.length, pendingCount: expected?.pending.size });
      expect(run.stateBytes).toBe(10 * (expected?.done.length ?? 0));
      const ended = (await this.store.loadExecution(run.id))?.ended ?? [];
      expect(ended.map((step) => step.id)).toEqual(expected?.done);
      expect(ended.map((step) => step.position)).toEqual(expected?.done.map((_, index) => index + 1));
    }
    expect((await this.store.listEvents({ limit: 1_000 })).map((event) => event.internalId)).toEqual(
      [...this.model.events].sort().reverse(),
    );
  }
}

export function testModel(open: OpenStore, draws = 30): void {
  test("random transitions leave the store as they leave a simple model", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60 }), async (sequence) => {
        const { store, cleanup } = await open();
        try {
          const pair = new Pair(store);
          for (const step of sequence) await pair.apply(step);
          await pair.compare();
        } finally {
          await store.close();
          await cleanup();
        }
      }),
      { numRuns: runs(draws) },
    );
  });
}
