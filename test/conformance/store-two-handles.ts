/**
 * Two handles on one state, as two engines have them: what one decides must hold for the other. For stores that several engines
 * may have open at once; the others say why they are left out.
 */
import { expect, onTestFinished, test } from "vitest";
import type { RollupBatch } from "../../server/src/domain/metrics/rollup.ts";
import { createLane } from "../../server/src/domain/queue/lane.ts";
import type { QueueItem } from "../../server/src/domain/queue/queue-item.ts";
import type { RateLimitCheck, Transition } from "../../server/src/domain/transition.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { endOfRun, makeEvent, makeItem, makePlan, makeStart, makeStep, t0, write } from "./store-records.ts";
import { counted, rollup } from "./store-rollups.ts";
import { makeWait } from "./store-waits.ts";

const claim = { now: t0, leaseUntil: t0 + 10_000, limit: 100 };

interface Pair {
  a: Store;
  b: Store;
}

export function testTwoHandles(open: OpenStore): void {
  const each = (name: string, run: (pair: Pair) => Promise<void>): void => {
    test(name, async ({ skip }) => {
      const { store: a, reopen, shared } = await openForTest(open);
      if (reopen === undefined || !shared) return skip("one engine at a time has this state open");
      const b = await reopen();
      onTestFinished(() => b.close());
      await run({ a, b });
    });
  };

  each("opening it voids nobody's leases", async ({ a, b }) => {
    await mustCommit(a, write({ puts: [makeItem("I1")] }));
    const [held] = await leaseAll(a);
    expect(await leaseAll(b)).toEqual([]);
    expect(await b.extend([tokenOf(held)], t0 + 60_000)).toEqual([]);
    expect(await a.commit({ lease: tokenOf(held) })).toMatchObject({ ok: true });
  });

  each("what both count adds up, whoever counts first, and a batch that comes twice counts once", async ({ a, b }) => {
    const batch = (writer: string, sequence: number): RollupBatch => {
      const rows = ["f2", "f1"].map((id) => rollup({ id, figures: counted({ kind: "retry", functionId: id }) }));
      return { writer, sequence, now: t0, rows };
    };
    for (const n of [1, 2, 3, 4]) await Promise.all([a.addRollups(batch("a", n)), b.addRollups(batch("b", n))]);
    await b.addRollups(batch("a", 4));
    const found = await a.listRollups({ unit: "minute", from: t0, until: t0 + 1, kind: "function" });
    expect(found.map(({ id, figures }) => [id, figures.retries])).toEqual([
      ["f1", 8],
      ["f2", 8],
    ]);
  });

  each("a lease that ran out is the other's, and whoever lost it writes nothing", async ({ a, b }) => {
    await mustCommit(a, write({ puts: [makeItem("I1")] }));
    const [lost] = await leaseAll(a);
    const [held] = await leaseAll(b, t0 + 20_000);
    expect(held).toMatchObject({ id: "I1", fence: 2 });
    expect(await a.commit({ lease: tokenOf(lost) })).toEqual({ ok: false, reason: "stale" });
    expect(await a.extend([tokenOf(lost)], t0 + 90_000)).toEqual([tokenOf(lost)]);
    expect(await b.commit({ lease: tokenOf(held) })).toMatchObject({ ok: true });
  });

  each("a wait gives up at B only when the event that A received in time has been compared", async ({ a, b }) => {
    const wait = makeWait("R1", "s", { expiresAt: t0 + 10 });
    const plan = { ...makePlan("R1", "s"), waits: [{ wait }] };
    await mustCommit(a, write({ starts: [makeStart("R1")], plans: [plan] }));
    const event = makeEvent("E1", { name: wait.name, receivedAt: t0 + 9 });
    const givesUp = write({ openWait: wait.id, givesUp: { event: wait.name, until: wait.expiresAt } });
    const [, atOnce] = await Promise.all([a.commit(write({ events: [event] })), b.commit(givesUp)]);
    if (atOnce.ok) return;
    const [match] = (await leaseAll(a, t0 + 20)).filter(({ kind }) => kind === "match");
    expect(await b.commit(givesUp)).toEqual({ ok: false, reason: "event-matching" });
    await mustCommit(a, { lease: tokenOf(match) });
    expect(await b.commit(givesUp)).toMatchObject({ ok: true });
  });

  each("each of many items is leased once, whoever asks", async ({ a, b }) => {
    const lanes = [createLane("function-1"), createLane("function-2"), null];
    const puts = Array.from({ length: 90 }, (_, n) => {
      const lane = lanes[n % 3] ?? null;
      return makeItem(`I${n}`, { lane, functionId: lane?.functionId ?? "function-1" });
    });
    await mustCommit(a, write({ puts }));
    const leased: QueueItem[] = [];
    while (leased.length < puts.length) {
      const asked = [a, b, a, b].map((store) => store.lease({ ...claim, limit: 7 }));
      leased.push(...(await Promise.all(asked)).flat());
    }
    expect(leased.map(({ id }) => id).sort()).toEqual(puts.map(({ id }) => id).sort());
    expect(leased.every(({ fence }) => fence === 1)).toBe(true);
  });

  each("a slot is taken by no more than its limit", async ({ a, b }) => {
    const lanes = [1, 2, 3].map((n) => createLane(`function-${n}`, [{ key: "shared", limit: 3, label: "" }]));
    const puts = lanes.flatMap((lane) =>
      Array.from({ length: 6 }, (_, n) => makeItem(`${lane.functionId}-${n}`, { lane, functionId: lane.functionId })),
    );
    await mustCommit(a, write({ puts }));
    const held = new Map<string, QueueItem>();
    let most = 0;
    for (let done = 0; done < puts.length; ) {
      const taken = (await Promise.all([a, b].map((store) => store.lease({ ...claim, limit: 2 })))).flat();
      for (const item of taken) held.set(item.id, item);
      most = Math.max(most, held.size);
      const ending = [...held.values()].slice(0, 2);
      await Promise.all(
        ending.map(async (item, n) => {
          const result = await mustCommit(n === 0 ? a : b, { lease: tokenOf(item) }, { ...claim, limit: 1 });
          held.delete(item.id);
          for (const next of result.claimed) held.set(next.id, next);
        }),
      );
      most = Math.max(most, held.size);
      done += ending.length;
    }
    expect(most).toBeLessThanOrEqual(3);
    expect(held.size).toBe(0);
  });

  each("one of two starts with the same idempotency key, singleton or event", async ({ a, b }) => {
    const race = (make: (id: string) => Transition) =>
      Promise.all([mustCommit(a, make("RA")), mustCommit(b, make("RB"))]).then((results) =>
        results.flatMap(({ startedRuns }) => startedRuns),
      );
    for (let round = 0; round < 10; round++) {
      const key = `key-${round}`;
      const byKey = await race((id) => write({ starts: [makeStart(`${id}-k${round}`, { idempotencyKey: key })] }));
      expect(byKey).toHaveLength(1);
      const singleton = { key, mode: "skip" } as const;
      const alone = await race((id) => write({ starts: [{ ...makeStart(`${id}-s${round}`), singleton }] }));
      expect(alone).toHaveLength(1);
      const event = makeEvent(`E${round}`);
      const sameEvent = await race((id) =>
        write({ events: [event], starts: [makeStart(`${id}-e${round}`, { eventIds: [event.internalId] })] }),
      );
      expect(sameEvent).toHaveLength(1);
    }
  });

  each("a rate limit counts the starts of both", async ({ a, b }) => {
    const limits: RateLimitCheck[] = [{ key: "k", limit: 5, periodMs: 60_000, mode: "sliding" }];
    const starts = Array.from({ length: 20 }, (_, n) => ({ ...makeStart(`R${n}`), rateLimits: limits }));
    const results = await Promise.all(starts.map((start, n) => mustCommit(n % 2 ? a : b, write({ starts: [start] }))));
    expect(results.flatMap(({ startedRuns }) => startedRuns)).toHaveLength(5);
  });

  each("events that join one debounce or batch at the same time are all in it", async ({ a, b }) => {
    const add = (n: number): Transition =>
      write({
        events: [makeEvent(`E${n}`)],
        batches: [
          {
            key: "B",
            functionId: "function-1",
            eventId: `E${n}`,
            sizeBytes: 1,
            maxSize: 4,
            maxBytes: 100,
            timeoutMs: 1_000,
            now: t0,
            idempotencyKey: null,
          },
        ],
        debounces: [
          {
            key: "D",
            functionId: "function-2",
            eventId: `E${n}`,
            eventTs: t0 + n,
            periodMs: 1_000,
            timeoutMs: null,
            now: t0,
            idempotencyKey: null,
          },
        ],
      });
    await Promise.all(Array.from({ length: 16 }, (_, n) => mustCommit(n % 2 ? a : b, add(n))));
    expect(await a.getDebounce("D")).toMatchObject({ eventId: "E15" });
    const items = (await leaseAll(b, t0 + 2_000)).filter(({ kind }) => kind === "batch");
    const batches = await Promise.all(
      items.map((item) => a.getBatch(item.kind === "batch" ? item.payload.batchId : "")),
    );
    expect(batches.map((batch) => batch?.eventIds.length)).toEqual([4, 4, 4, 4]);
    expect(new Set(batches.flatMap((batch) => batch?.eventIds ?? [])).size).toBe(16);
  });

  each("an event and a wait that are written at the same moment never miss each other", async ({ a, b }) => {
    const rounds = 25;
    await mustCommit(a, write({ starts: Array.from({ length: rounds }, (_, n) => makeStart(`R${n}`)) }));
    await leaseAll(a);
    for (let n = 0; n < rounds; n++) {
      const name = `test/moment-${n}`;
      const wait = makeWait(`R${n}`, "s", { name });
      const plan = {
        step: makeStep(`R${n}`, "s", { op: "WaitForEvent", status: "Waiting" }),
        item: makeItem(wait.id, { kind: "wake", runId: `R${n}`, stepId: "s", dueAt: wait.expiresAt }),
        waits: [{ wait, lookBack: { since: t0 - 1_000, ignoredEventIds: [] } }],
      };
      await Promise.all([
        mustCommit(a, write({ plans: [plan] })),
        mustCommit(b, write({ events: [makeEvent(`E${n}`, { name })] })),
      ]);
    }
    const matches = (await leaseAll(b)).filter(({ kind }) => kind === "match");
    const found = new Set(matches.map((item) => (item.kind === "match" ? item.payload.eventId : "")));
    expect(found.size).toBe(rounds);
  });

  each("a step ends once, and the next discovery is put once", async ({ a, b }) => {
    for (let n = 0; n < 10; n++) {
      const runId = `R${n}`;
      await mustCommit(a, write({ starts: [makeStart(runId)] }));
      const stepIds = ["x", "y"];
      await mustCommit(a, write({ plans: stepIds.map((id) => makePlan(runId, id)) }));
      const end = (store: Store, id: string) =>
        mustCommit(
          store,
          write({
            ends: [{ step: makeStep(runId, id, { op: "StepRun", status: "Completed", memo: "{}", endedAt: t0 }) }],
            putWhenIdle: makeItem(`next-${runId}-${id}`, { runId }),
          }),
        );
      await Promise.all([end(a, "x"), end(b, "y")]);
      const items = await a.listItems(runId);
      expect(items.filter(({ id }) => id.startsWith("next-"))).toHaveLength(1);
      expect(await b.getRun(runId)).toMatchObject({ stepCount: 2, pendingCount: 0 });
    }
  });

  each("a run that ends here takes nothing more there", async ({ a, b }) => {
    await mustCommit(a, write({ starts: [makeStart("R1")] }));
    await mustCommit(a, write({ run: endOfRun("R1", "Cancelled") }));
    expect(await b.commit(write({ openRun: "R1", puts: [makeItem("late")] }))).toEqual({
      ok: false,
      reason: "run-ended",
    });
  });

  each("a pause that one writes holds what the other would lease", async ({ a, b }) => {
    const lane = createLane("function-1");
    await mustCommit(a, write({ puts: [makeItem("I1", { lane })] }));
    expect((await b.lease({ ...claim, limit: 1 })).map(({ id }) => id)).toEqual(["I1"]);
    const pause = { scope: "all", targetId: "", reason: "r", author: "a", at: t0, arriving: "hold" } as const;
    await mustCommit(a, write({ pause }));
    const { claimed } = await mustCommit(b, write({ puts: [makeItem("I2", { lane })] }), claim);
    expect([...claimed, ...(await leaseAll(b))]).toEqual([]);
    await mustCommit(a, write({ resume: { scope: "all", targetId: "" } }));
    expect((await leaseAll(b)).map(({ id }) => id)).toEqual(["I2"]);
  });
}
