/** Waits: what ends them, what is found by what an event holds, and how little an event without any costs. */
import { expect, it } from "vitest";
import type { QueuePut } from "../../server/src/domain/queue/queue-item.ts";
import type { MatchScope } from "../../server/src/domain/queue/queue-payloads.ts";
import type { WaitPut, WaitRecord } from "../../server/src/domain/run/wait.ts";
import type { StepPlan } from "../../server/src/domain/transition.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { leaseAll, mustCommit, type OpenStore, openForTest, tokenOf } from "./store-harness.ts";
import { endOfRun, makeEvent, makeItem, makeStart, makeStep, payloadOf, t0, write } from "./store-records.ts";

export function makeWait(runId: string, stepId: string, fields: Partial<WaitRecord> = {}): WaitRecord {
  return {
    id: `${runId}:${stepId}`,
    kind: "event",
    runId,
    functionId: "function-1",
    stepId,
    name: "test/go",
    path: "",
    value: "",
    condition: null,
    expiresAt: t0 + 1000,
    createdAt: t0,
    ...fields,
  };
}

function waitPlan(
  runId: string,
  stepId: string,
  fields: Partial<WaitRecord> = {},
  put: Partial<WaitPut> = {},
): StepPlan {
  const wait = makeWait(runId, stepId, fields);
  return {
    step: makeStep(runId, stepId, { op: "WaitForEvent", status: "Waiting" }),
    item: makeItem(wait.id, { kind: "wake", runId, stepId, dueAt: wait.expiresAt }),
    waits: [{ wait, ...put }],
  };
}

async function waiting(store: Store, ...plans: StepPlan[]): Promise<void> {
  const runs = new Set(plans.map(({ step }) => step.runId));
  await mustCommit(store, write({ starts: [...runs].map((id) => makeStart(id)) }));
  await leaseAll(store);
  await mustCommit(store, write({ plans }));
}

const resume = (runId: string, stepId: string): QueuePut =>
  makeItem(`resume:${runId}:${stepId}`, { kind: "resume", runId, stepId, functionId: "", payload: '{"eventId":"E9"}' });

async function scopesOf(store: Store, ...events: ReturnType<typeof makeEvent>[]): Promise<MatchScope[]> {
  await mustCommit(store, write({ events }));
  const items = await leaseAll(store);
  return items.filter(({ kind }) => kind === "match").map((item) => payloadOf(item, "match"));
}

const lookup = { name: "test/go", path: "", value: "", after: 0, upTo: Number.MAX_SAFE_INTEGER, limit: 10 };

function testTaking(open: OpenStore): void {
  it("a wait is written with its step, and only then", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    expect(await store.getWait("R1:a")).toEqual(makeWait("R1", "a"));
    expect(await store.listWaits("R1")).toEqual([makeWait("R1", "a")]);
    await mustCommit(store, write({ waitTakes: [{ waitId: "R1:a", item: null }] }));
    await mustCommit(store, write({ plans: [waitPlan("R1", "a")] }));
    expect(await store.getWait("R1:a")).toBeNull();
    expect(await store.getStep("R1", "a")).toMatchObject({ status: "Waiting" });
    expect(await store.getStep("R1", "b")).toBeNull();
  });

  it("who takes it puts what carries on and drops its timeout; a second taker does nothing", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    for (let i = 0; i < 2; i++)
      await mustCommit(
        store,
        write({ waitTakes: [{ waitId: "R1:a", item: { ...resume("R1", "a"), id: `resume-${i}` } }] }),
      );
    const items = await leaseAll(store, t0 + 5000);
    expect(items.map(({ id, functionId }) => [id, functionId])).toEqual([["resume-0", "function-1"]]);
  });

  it("`openWait` takes it out, or nothing is written", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    const take = write({ openWait: "R1:a", puts: [makeItem("after")] });
    expect(await store.commit(take)).toMatchObject({ ok: true });
    expect(await store.commit({ ...take, puts: [makeItem("again")] })).toEqual({ ok: false, reason: "wait-gone" });
    expect((await leaseAll(store, t0 + 5000)).map(({ id }) => id)).not.toContain("again");
  });

  it("the item of its timeout, when it is what takes it, settles as any other", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    const [wake] = await leaseAll(store, t0 + 1000);
    expect(wake?.kind).toBe("wake");
    expect(await store.commit({ lease: tokenOf(wake), openWait: "R1:a" })).toMatchObject({ ok: true });
    expect(await store.commit({ lease: tokenOf(wake), openWait: "R1:a" })).toEqual({ ok: false, reason: "stale" });
  });

  it("a run that ends lets go of its waits", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"), waitPlan("R2", "a"));
    await mustCommit(store, write({ run: endOfRun("R1") }));
    expect(await store.listWaits("R1")).toEqual([]);
    expect(await store.listWaits("R2")).toHaveLength(1);
    await mustCommit(store, write({ waitTakes: [{ waitId: "R1:a", item: resume("R1", "a") }] }));
    expect(await leaseAll(store)).toEqual([]);
  });

  it("a run and an event that a step brings are left out when the step is known", async () => {
    const { store } = await openForTest(open);
    const plan = (child: string): StepPlan => ({
      ...waitPlan("R1", "i", { kind: "invoke", name: child }),
      events: [makeEvent(`event-of-${child}`)],
      starts: [makeStart(child)],
    });
    await mustCommit(store, write({ starts: [makeStart("R1")] }));
    expect(await mustCommit(store, write({ plans: [plan("C1")] }))).toMatchObject({ startedRuns: ["C1"] });
    expect(await mustCommit(store, write({ plans: [plan("C2")] }))).toMatchObject({ startedRuns: [] });
    expect(await store.getEvent("event-of-C1")).not.toBeNull();
    expect(await store.getEvent("event-of-C2")).toBeNull();
    expect(await store.getRun("C2")).toBeNull();
  });

  it("waits come back when the state is opened again", async ({ skip }) => {
    const { store, reopen } = await openForTest(open);
    if (reopen === undefined) return skip("this store keeps nothing");
    await waiting(store, waitPlan("R1", "a", { path: "data.id", value: "7" }));
    await store.close();
    const again = await reopen();
    expect(await again.getWait("R1:a")).toMatchObject({ path: "data.id" });
    expect(await scopesOf(again, makeEvent("E1", { name: "test/go", data: '{"id":7}' }))).toHaveLength(1);
    await again.close();
  });
}

function testMatching(open: OpenStore): void {
  it("an event puts a match item only when a wait may end with it", async () => {
    const { store } = await openForTest(open);
    const long = JSON.stringify("x".repeat(500));
    await waiting(
      store,
      waitPlan("R1", "a", { path: "data.id", value: "7" }),
      waitPlan("R1", "b", { path: "data.text", value: long }),
      waitPlan("R1", "c", { name: "test/any" }),
    );
    const at = (id: string, name: string, data: string) => makeEvent(id, { name, data });
    expect(await scopesOf(store, at("E1", "test/other", '{"id":7}'))).toEqual([]);
    expect(await scopesOf(store, at("E2", "test/go", '{"id":8}'))).toEqual([]);
    expect(await scopesOf(store, at("E3", "test/go", `{"text":${long.replace("xx", "xy")}}`))).toEqual([]);
    expect(await scopesOf(store, at("E4", "test/go", '{"id":7}'))).toEqual([
      { eventId: "E4", upTo: expect.any(Number), waitId: null },
    ]);
    expect(await scopesOf(store, at("E5", "test/go", `{"text":${long}}`))).toHaveLength(1);
    expect(await scopesOf(store, at("E6", "test/any", "{}"))).toHaveLength(1);
    expect(await scopesOf(store, at("E4", "test/go", '{"id":7}'))).toEqual([]);
    expect(await store.listWaitPaths("test/go")).toEqual(["data.id", "data.text"]);
    expect(await store.findWaits({ ...lookup, path: "data.text", value: long })).toHaveLength(1);
  });

  it("waits are found by page, oldest first, up to those that were there", async () => {
    const { store } = await openForTest(open);
    const plans = Array.from({ length: 5 }, (_, i) => waitPlan("R1", `s${i}`));
    await waiting(store, ...plans);
    const first = await store.findWaits({ ...lookup, limit: 2 });
    expect(first.map(({ wait }) => wait.stepId)).toEqual(["s0", "s1"]);
    const rest = await store.findWaits({ ...lookup, after: first[1]?.number ?? 0, upTo: (first[1]?.number ?? 0) + 2 });
    expect(rest.map(({ wait }) => wait.stepId)).toEqual(["s2", "s3"]);
  });

  it("numbers are never used again", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    const [before] = await store.findWaits(lookup);
    await mustCommit(store, write({ waitTakes: [{ waitId: "R1:a", item: null }] }));
    await mustCommit(store, write({ plans: [waitPlan("R1", "b")] }));
    const [after] = await store.findWaits(lookup);
    expect(after?.number).toBeGreaterThan(before?.number ?? 0);
  });

  it("events that came while a wait was being written are looked at, but for those that are known", async () => {
    const { store } = await openForTest(open);
    const names = ["E1", "E2", "E3", "E4"];
    const events = names.map((id, i) => makeEvent(id, { name: "test/go", receivedAt: t0 + i }));
    await mustCommit(store, write({ events: [...events, makeEvent("E5", { name: "test/x", receivedAt: t0 + 9 })] }));
    await waiting(store, waitPlan("R1", "a", {}, { lookBack: { since: t0 + 1, ignoredEventIds: ["E3"] } }));
    const scopes = (await leaseAll(store)).map((item) => payloadOf(item, "match"));
    expect(scopes).toEqual([
      { eventId: "E2", upTo: null, waitId: "R1:a" },
      { eventId: "E4", upTo: null, waitId: "R1:a" },
    ]);
  });

  it("none gives up while an event that came in time is still compared, leased or not", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"), waitPlan("R2", "a"));
    const givesUp = (runId: string, until: number, event = "test/go") =>
      store.commit(write({ openWait: `${runId}:a`, givesUp: { event, until }, puts: [makeItem(`gone-${runId}`)] }));
    const refused = { ok: false, reason: "event-matching" };
    await mustCommit(store, write({ events: [makeEvent("E1", { name: "test/go", receivedAt: t0 + 5 })] }));
    expect(await givesUp("R1", t0 + 6)).toEqual(refused);
    const [match] = (await leaseAll(store, t0 + 10)).filter(({ kind }) => kind === "match");
    expect(await givesUp("R1", t0 + 6)).toEqual(refused);
    expect(await store.getItem("gone-R1")).toBeNull();
    // The event came when the time of this one was over, and that one is for another event.
    expect(await givesUp("R1", t0 + 5)).toMatchObject({ ok: true });
    expect(await givesUp("R2", t0 + 6, "test/go2")).toMatchObject({ ok: true });
    await waiting(store, waitPlan("R3", "a"));
    expect(await givesUp("R3", t0 + 6)).toEqual(refused);
    await mustCommit(store, { lease: tokenOf(match) });
    expect(await givesUp("R3", t0 + 6)).toMatchObject({ ok: true });
  });

  it("none gives up with an event that is written in the same moment and came in time", async () => {
    const { store } = await openForTest(open);
    await waiting(store, waitPlan("R1", "a"));
    const [, gaveUp] = await Promise.all([
      store.commit(write({ events: [makeEvent("E1", { name: "test/go", receivedAt: t0 + 5 })] })),
      store.commit(write({ openWait: "R1:a", givesUp: { event: "test/go", until: t0 + 6 } })),
    ]);
    const isThere = (await store.getWait("R1:a")) !== null;
    expect(isThere).toBe(!gaveUp.ok);
  });

  it("a run's own waits are not for the event that starts it", async () => {
    const { store } = await openForTest(open);
    const cancel = (runId: string): WaitPut => ({
      wait: makeWait(runId, "", { id: `${runId}:cancel:0`, kind: "cancel", stepId: null }),
    });
    const start = (runId: string, eventId: string) => ({
      events: [makeEvent(eventId, { name: "test/go" })],
      starts: [{ ...makeStart(runId, { eventIds: [eventId] }), waits: [cancel(runId)] }],
    });
    await mustCommit(store, write(start("R1", "E1")));
    expect((await leaseAll(store)).filter(({ kind }) => kind === "match")).toEqual([]);
    await mustCommit(store, write(start("R2", "E2")));
    const [match] = (await leaseAll(store)).filter(({ kind }) => kind === "match");
    const { upTo } = payloadOf(match, "match");
    const found = await store.findWaits({ ...lookup, upTo: upTo ?? 0 });
    expect(found.map(({ wait }) => wait.runId)).toEqual(["R1"]);
    await mustCommit(store, write({ waitTakes: [{ waitId: "R1:cancel:0", item: null }] }));
    expect(await store.getWait("R1:cancel:0")).toBeNull();
  });
}

function testSignals(open: OpenStore): void {
  const signal = (runId: string, conflict: "fail" | "replace"): StepPlan =>
    waitPlan(runId, "s", { kind: "signal", name: "go" }, { conflict });

  it("a signal that another run waits for writes nothing, or is taken over", async () => {
    const { store } = await openForTest(open);
    await waiting(store, signal("R1", "fail"));
    await mustCommit(store, write({ starts: [makeStart("R2")] }));
    const refused = write({ plans: [signal("R2", "fail")], puts: [makeItem("never")] });
    expect(await store.commit(refused)).toEqual({ ok: false, reason: "signal-conflict" });
    expect((await leaseAll(store, t0 + 5000)).map(({ id }) => id)).not.toContain("never");
    expect(await store.commit(write({ plans: [signal("R1", "fail")] }))).toMatchObject({ ok: true });
    expect((await store.findSignalWait("go"))?.runId).toBe("R1");
    await mustCommit(store, write({ plans: [signal("R2", "replace")] }));
    expect((await store.findSignalWait("go"))?.runId).toBe("R2");
    expect(await store.getWait("R1:s")).toMatchObject({ name: "" });
    expect(await store.commit(write({ plans: [signal("R1", "fail")] }))).toMatchObject({ ok: true });
    expect(await store.findSignalWait("nobody")).toBeNull();
  });

  it("events find no waits for signals of the same name", async () => {
    const { store } = await openForTest(open);
    await waiting(store, signal("R1", "fail"));
    expect(await scopesOf(store, makeEvent("E1", { name: "go" }))).toEqual([]);
  });
}

export function testWaits(open: OpenStore): void {
  testTaking(open);
  testMatching(open);
  testSignals(open);
}
