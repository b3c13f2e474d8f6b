/** Random puts, leases, settlements, expiries and crashes: no limit is exceeded, no item is lost, no lane is starved. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLane, type Lane } from "../../server/src/domain/queue/lane.ts";
import type { QueueItem } from "../../server/src/domain/queue/queue-item.ts";
import type { Claim, Store } from "../../server/src/ports/store.ts";
import { runs } from "../helpers/runs.ts";
import { inLane, slot, startIn } from "./lane-records.ts";
import { mustCommit, type OpenedStore, type OpenStore, tokenOf } from "./store-harness.ts";
import { endOfRun, t0, write } from "./store-records.ts";

const limits = { own: 1, pair: 2, shared: 3, runs: 2 };
const throttle = { key: "t", limit: 1, periodMs: 7, burst: 1, label: "t" };
const lanes: readonly Lane[] = [
  createLane("function-a"),
  createLane("function-b"),
  createLane("function-c", [slot("own", limits.own)]),
  createLane("function-d", [slot("shared", limits.shared), slot("pair", limits.pair)]),
  createLane("function-d", [slot("shared", limits.shared)]),
  createLane("function-e", [slot("pair", limits.pair)], [slot("runs", limits.runs)]),
  createLane("function-f", [], [slot("runs", limits.runs)]),
  createLane("function-g", [slot("shared", limits.shared)], [], throttle),
];

type Step =
  | { kind: "put"; lane: number; count: number; delay: number; rank: number; places: number }
  | { kind: "lease"; places: number; leaseMs: number }
  | { kind: "settle"; which: number; how: "done" | "keep" | "retry" | "end"; places: number }
  | { kind: "pause" | "resume"; lane: number }
  | { kind: "tick"; ms: number }
  | { kind: "crash" };

const places = fc.integer({ min: 0, max: 4 });
const laneIndex = fc.nat(lanes.length - 1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    lane: laneIndex,
    count: fc.integer({ min: 1, max: 4 }),
    delay: fc.integer({ min: -3, max: 12 }),
    rank: fc.integer({ min: -9, max: 9 }),
    places,
  }),
  fc.record({ kind: fc.constant("lease" as const), places, leaseMs: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    kind: fc.constant("settle" as const),
    which: fc.nat(20),
    how: fc.constantFrom("done" as const, "keep" as const, "retry" as const, "end" as const),
    places,
  }),
  fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const), lane: laneIndex }),
  fc.record({ kind: fc.constant("tick" as const), ms: fc.integer({ min: 1, max: 20 }) }),
);
/** A store is opened anew: seldom, for that takes a while. */
const stepsAndCrashes: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: steps },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const) }) },
);

interface Work {
  lane: Lane;
  /** Null: free. */
  leasedUntil: number | null;
  fence: number;
  /** Whether its run has begun. */
  begun: boolean;
}

class World {
  #now = t0;
  #made = 0;
  #store: Store;
  readonly #opened: OpenedStore;
  readonly #work = new Map<string, Work>();
  readonly #held: QueueItem[] = [];
  readonly #paused = new Set<string>();

  constructor(opened: OpenedStore) {
    this.#opened = opened;
    this.#store = opened.store;
  }

  get store(): Store {
    return this.#store;
  }

  async apply(step: Step): Promise<void> {
    if (step.kind === "tick") this.#now += step.ms;
    else if (step.kind === "put") await this.#put(step);
    else if (step.kind === "lease") await this.#lease(step.places, step.leaseMs);
    else if (step.kind === "settle") await this.#settle(step);
    else if (step.kind === "crash") await this.#crash();
    else await this.#pause(step);
    this.#check();
  }

  /** Everything gets done in the end, in no more rounds than there are items and times to wait for. */
  async drain(): Promise<void> {
    for (const id of this.#paused) await this.#setPaused(id, false);
    const rounds = 40 + 4 * this.#work.size;
    for (let round = 0; this.#work.size > 0; round++) {
      expect(round, `${this.#work.size} items are left`).toBeLessThan(rounds);
      await this.#lease(2, 1_000);
      this.#check();
      const item = this.#held.find((held) => this.#isHeld(held));
      if (item !== undefined) {
        await this.#finish(item, "end", { now: this.#now, leaseUntil: this.#now + 1_000, limit: 1 });
        continue;
      }
      const next = await this.#store.nextDueAt();
      expect(next, `${this.#work.size} items are left and nothing is due`).not.toBeNull();
      this.#now = Math.max(this.#now, next ?? 0);
    }
  }

  #claim(limit: number, leaseMs = 30): Claim {
    return { now: this.#now, leaseUntil: this.#now + leaseMs, limit };
  }

  async #put(step: Step & { kind: "put" }): Promise<void> {
    const lane = lanes[step.lane] as Lane;
    const starts = Array.from({ length: step.count }, () => {
      const id = `R${this.#made++}`;
      this.#work.set(id, { lane, leasedUntil: null, fence: 0, begun: false });
      return startIn(id, lane, { dueAt: this.#now + step.delay, rank: this.#now + step.rank });
    });
    const claim = this.#claim(step.places);
    this.#take((await mustCommit(this.#store, write({ starts }), claim)).claimed, claim);
  }

  async #lease(limit: number, leaseMs: number): Promise<void> {
    for (const work of this.#work.values()) {
      if (work.leasedUntil !== null && work.leasedUntil <= this.#now) work.leasedUntil = null;
    }
    const claim = this.#claim(limit, leaseMs);
    const items = await this.#store.lease(claim);
    expect(items.length).toBeLessThanOrEqual(limit);
    this.#take(items, claim);
  }

  #take(items: readonly QueueItem[], claim: Claim): void {
    expect(items.length).toBeLessThanOrEqual(claim.limit);
    for (const item of items) {
      const work = this.#work.get(item.id);
      if (work === undefined) throw new Error(`${item.id} is done and was leased`);
      expect(work.leasedUntil).toBeNull();
      expect(item.fence).toBe(work.fence + 1);
      expect(item.dueAt).toBeLessThanOrEqual(this.#now);
      expect(this.#paused.has(item.functionId)).toBe(false);
      Object.assign(work, { leasedUntil: claim.leaseUntil, fence: item.fence, begun: true });
      this.#held.push(item);
    }
  }

  async #settle(step: Step & { kind: "settle" }): Promise<void> {
    const item = this.#held[step.which % Math.max(this.#held.length, 1)];
    if (item !== undefined) await this.#finish(item, step.how, this.#claim(step.places));
  }

  /** `done` goes on with another item of the run, `end` ends the run. */
  async #finish(item: QueueItem, how: "done" | "keep" | "retry" | "end", claim: Claim): Promise<void> {
    const work = this.#work.get(item.id);
    const isHeld = this.#isHeld(item);
    const retry = { kind: "retry", attempt: item.attempt + 1, dueAt: this.#now + 3 } as const;
    const next = `N${this.#made++}`;
    const plain = createLane(item.functionId, work?.lane.slots ?? []);
    const result = await this.#store.commit(
      {
        lease: tokenOf(item),
        settle: how === "retry" ? retry : { kind: how === "keep" ? "keep" : "done" },
        ...(how === "done" ? { puts: [inLane(next, plain, { runId: item.runId, dueAt: this.#now })] } : {}),
        ...(how === "end" ? { run: endOfRun(item.runId ?? "") } : {}),
      },
      claim,
    );
    expect(result.ok).toBe(isHeld);
    if (!result.ok || work === undefined) return;
    if (how === "retry") work.leasedUntil = null;
    if (how === "done" || how === "end") this.#work.delete(item.id);
    if (how === "done") this.#work.set(next, { lane: work.lane, leasedUntil: null, fence: 0, begun: true });
    this.#take(result.claimed, claim);
  }

  #isHeld({ id, fence }: QueueItem): boolean {
    const work = this.#work.get(id);
    return work !== undefined && work.leasedUntil !== null && work.fence === fence;
  }

  async #pause({ kind, lane }: Step & { kind: "pause" | "resume" }): Promise<void> {
    await this.#setPaused((lanes[lane] as Lane).functionId, kind === "pause");
  }

  async #setPaused(targetId: string, paused: boolean): Promise<void> {
    const scope = "function" as const;
    const pause = { scope, targetId, reason: "r", author: "a", at: this.#now, arriving: "hold" as const };
    await mustCommit(this.#store, write(paused ? { pause } : { resume: { scope, targetId } }));
    if (paused) this.#paused.add(targetId);
    else this.#paused.delete(targetId);
  }

  async #crash(): Promise<void> {
    if (this.#opened.reopen === undefined) return;
    await this.#store.close();
    this.#store = await this.#opened.reopen();
    // Engines that share a state leave each other's leases alone, those of one that is gone too.
    if (!this.#opened.shared) for (const work of this.#work.values()) work.leasedUntil = null;
  }

  /** No limit is exceeded. */
  #check(): void {
    const used = new Map<string, number>();
    const count = (key: string) => used.set(key, (used.get(key) ?? 0) + 1);
    for (const { lane, leasedUntil, begun } of this.#work.values()) {
      if (leasedUntil !== null) for (const { key } of lane.slots) count(key);
      if (begun) for (const { key } of lane.runSlots) count(key);
    }
    for (const [key, limit] of Object.entries(limits)) expect(used.get(key) ?? 0, key).toBeLessThanOrEqual(limit);
  }
}

export function testLaneModel(open: OpenStore, draws = 25): void {
  test("random work exceeds no limit, loses no item and starves no lane", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepsAndCrashes, { minLength: 5, maxLength: 60 }), async (sequence) => {
        const opened = await open();
        const world = new World(opened);
        try {
          for (const step of sequence) await world.apply(step);
          await world.drain();
        } finally {
          await world.store.close();
          await opened.cleanup();
        }
      }),
      { numRuns: runs(draws) },
    );
  });
}
