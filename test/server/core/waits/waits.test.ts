import type { Operation } from "stepwell/protocol";
import { describe, expect, it } from "vitest";
import { makeEvent, write } from "../../../conformance/store-records.ts";
import { operations, result, type Script, stepPlanned, stepRun } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const day = 86_400_000;

const wait = (id: string, opts: Record<string, unknown> = {}, name = "test/go"): Operation => ({
  op: "WaitForEvent",
  id,
  name,
  displayName: id,
  opts: { timeout: "1h", ...opts },
});

/** Waits once and returns what it got. */
const waitsOnce =
  (opts: Record<string, unknown> = {}, name?: string): Script =>
  ({ body }) =>
    "w" in body.steps ? result(body.steps.w) : operations([wait("w", opts, name)]);

describe("an event whose id came before", () => {
  const waitsTwice: Script = ({ body }) => {
    const missing = ["w1", "w2"].find((id) => !(id in body.steps));
    return missing === undefined ? result(body.steps) : operations([wait(missing)]);
  };

  it("ends no second wait, within 24 hours", async () => {
    const core = await engineWith({ "app-f": waitsTwice });
    const id = await core.send("test/app-f");
    const ended = async () =>
      (await core.store.listSteps((await core.runOf(id)).id)).filter(({ status }) => status === "Completed").length;
    await core.send("test/go", {}, { id: "delivered-twice" });
    expect(await ended()).toBe(1);
    await core.send("test/go", {}, { id: "delivered-twice" });
    expect(await ended()).toBe(1);
    await core.send("test/go", {}, { id: "another" });
    expect(await ended()).toBe(2);
    await core.stop();
  });

  it("ends one when it comes a day later", async () => {
    const core = await engineWith({
      "app-f": ({ body }) => ("w" in body.steps ? result(1) : operations([wait("w", { timeout: "3d" })])),
    });
    await core.send("test/go", {}, { id: "daily" });
    const id = await core.send("test/app-f");
    await core.advance(day + 1);
    await core.send("test/go", {}, { id: "daily" });
    expect((await core.runOf(id)).status).toBe("Completed");
    await core.stop();
  });
});

describe("an event that comes in time", () => {
  it("ends a wait whose time is over before the event was compared with it", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f");
    const at = core.clock.now() + 1000;
    // As another engine writes it that dies at once: this one hears of it with the wake of the wait.
    await core.store.commit(
      write({ events: [makeEvent("E1", { name: "test/go", data: '{"x":1}', ts: at, receivedAt: at })] }),
    );
    await core.advance(3_600_000);
    expect(JSON.parse((await core.runOf(id)).output ?? "")).toMatchObject({
      data: { name: "test/go", data: { x: 1 } },
    });
    await core.stop();
  });

  it("holds a wait up no longer than five minutes when it cannot be compared", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f");
    await core.store.commit(write({ events: [makeEvent("E1", { name: "test/go", receivedAt: core.clock.now() })] }));
    // Leased by an engine that renews its lease forever.
    await core.store.lease({ now: core.clock.now(), leaseUntil: core.clock.now() + day, limit: 1 });
    for (let minute = 0; minute < 62; minute++) await core.advance(60_000);
    expect((await core.runOf(id)).status).toBe("Running");
    for (let minute = 0; minute < 5; minute++) await core.advance(60_000);
    expect((await core.runOf(id)).output).toBe("null");
    await core.stop();
  });
});

describe("waiting for an event", () => {
  it("ends with the event, once", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f", { id: 7 });
    expect((await core.store.listSteps((await core.runOf(id)).id))[0]).toMatchObject({
      status: "Waiting",
      detail: '{"event":"test/go"}',
      wakesAt: core.clock.now() + 3_600_000,
    });
    const eventId = await core.send("test/go", { yes: 1 }, { id: "own-id", v: "2" });
    expect(await core.output(id)).toEqual({
      data: { data: { yes: 1 }, id: "own-id", name: "test/go", ts: core.clock.now(), user: {}, v: "2" },
    });
    const run = await core.runOf(id);
    const [step] = await core.store.listSteps(run.id);
    expect(step).toMatchObject({ status: "Completed", attempts: 1 });
    expect(JSON.parse(step?.detail ?? "")).toEqual({ event: "test/go", eventId });
    await core.send("test/go");
    expect(core.caller.calls).toHaveLength(2);
    expect(await core.store.listWaits(run.id)).toEqual([]);
    await core.advance(2 * 3_600_000);
    expect(core.caller.calls).toHaveLength(2);
  });

  it.each([
    ["async.data.id == event.data.id", { id: 7 }, true],
    ["async.data.id == event.data.id", { id: 8 }, false],
    ["event.data.id == async.data.id && async.data.n > 5", { id: 7, n: 6 }, true],
    ["event.data.id == async.data.id && async.data.n > 5", { id: 7, n: 5 }, false],
    ["async.data.list.exists(x, x == event.data.id)", { list: [1, 7] }, true],
    ["async.data.missing == event.data.alsoMissing", {}, true],
    ["async.data.text == event.data.text", { text: "x".repeat(300) }, true],
    ["async.data.text == event.data.text", { text: `${"x".repeat(299)}y` }, false],
    ["async.data.long == event.data.long", { long: "z".repeat(10_000) }, true],
    ["async.data.long == event.data.long && async.data.id == 1", { long: "z".repeat(10_000), id: 2 }, false],
    ["async.data.x / 0 == 1", { x: 1 }, false],
    ["async.data.x", { x: "yes" }, false],
  ])("if %s, and the event has %j: %s", async (condition, data, ends) => {
    const core = await engineWith({ "app-f": waitsOnce({ if: condition }) });
    const id = await core.send("test/app-f", { id: 7, text: "x".repeat(300), long: "z".repeat(10_000) });
    await core.send("test/go", data);
    expect((await core.runOf(id)).status).toBe(ends ? "Completed" : "Running");
    const failed = condition.includes("/ 0") || condition === "async.data.x";
    expect(core.warnings).toEqual(failed ? ["The condition of a wait failed to evaluate"] : []);
  });

  it("is warned of in one line, however many wait with a condition that fails", async () => {
    const core = await engineWith({ "app-f": waitsOnce({ if: "async.data.x / 0 == 1" }) });
    for (let n = 0; n < 5; n++) await core.send("test/app-f", { n });
    await core.send("test/go", { x: 1 });
    expect(core.warnings).toEqual(["The condition of a wait failed to evaluate"]);
  });

  it("gives up when its time is over, and remembers null", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f");
    await core.advance(3_599_999);
    expect((await core.runOf(id)).status).toBe("Running");
    await core.advance(1);
    expect(await core.runOf(id)).toMatchObject({ status: "Completed", output: "null" });
    const [step] = await core.store.listSteps((await core.runOf(id)).id);
    expect(step).toMatchObject({ status: "TimedOut", memo: "null" });
    await core.send("test/go");
    expect(core.caller.calls).toHaveLength(2);
  });

  it("does not end with an event that came before it", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    await core.send("test/go", { early: true });
    await core.advance(1);
    const id = await core.send("test/app-f");
    expect((await core.runOf(id)).status).toBe("Running");
  });

  it("does not end with the event that started its run, nor twice with the same one", async () => {
    const script: Script = ({ body }) => {
      const next = ["a", "b"].find((id) => !(id in body.steps));
      return next === undefined ? result("both") : operations([wait(next, {}, "test/app-f")]);
    };
    const core = await engineWith({ "app-f": script });
    const id = await core.send("test/app-f");
    const run = await core.runOf(id);
    expect(run.stepCount).toBe(0);
    await core.send("test/app-f");
    expect((await core.store.getRun(run.id))?.stepCount).toBe(1);
    await core.send("test/app-f");
    expect((await core.store.getRun(run.id))?.status).toBe("Completed");
  });

  it("is not missed when the event comes while the wait is being written", async () => {
    const core = await engineWith({ "app-f": waitsOnce({ if: "async.data.id == event.data.id" }) });
    const { store } = core;
    const commit = store.commit.bind(store);
    let held = false;
    store.commit = async (transition, claim) => {
      const writesWait = transition.plans?.some(({ waits }) => waits !== undefined) ?? false;
      if (writesWait && !held) {
        held = true;
        for (const id of [6, 7]) await core.engine.ingest({ body: { name: "test/go", data: { id } }, seed: null });
      }
      return commit(transition, claim);
    };
    const id = await core.send("test/app-f", { id: 7 });
    await core.idle();
    expect(held).toBe(true);
    expect(await core.output(id)).toMatchObject({ data: { data: { id: 7 } } });
  });

  it("of two events at once and a timeout exactly one ends it", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f");
    await core.advance(3_599_999);
    const both = core.engine.ingest({ body: [{ name: "test/go" }, { name: "test/go" }], seed: null });
    await Promise.all([both, core.advance(1)]);
    await core.idle();
    expect((await core.runOf(id)).status).toBe("Completed");
    expect(core.caller.calls).toHaveLength(2);
    const items = await core.store.lease({ now: Number.MAX_SAFE_INTEGER, leaseUntil: 0, limit: 10 });
    expect(items).toEqual([]);
  });

  it("by many runs at once ends each, over any number of pages", async () => {
    const core = await engineWith({ "app-f": waitsOnce() }, {}, { workers: 50 });
    const body = Array.from({ length: 1200 }, () => ({ name: "test/app-f" }));
    await core.engine.ingest({ body, seed: null });
    await core.idle();
    expect(await core.store.listRuns({ status: "Running", limit: 1000 })).toHaveLength(1000);
    await core.send("test/go");
    await core.idle();
    expect(await core.store.listRuns({ status: "Running", limit: 10 })).toHaveLength(0);
    expect(core.caller.calls).toHaveLength(2400);
  });

  it("beside other steps: the function is called when all have ended, in race mode after each", async () => {
    const script =
      (opts: Record<string, unknown>): Script =>
      ({ body, stepId }) => {
        if (stepId === "b") return operations([stepRun("b", 1)]);
        if (Object.keys(body.steps).length === 2) return result("all");
        if (Object.keys(body.steps).length === 1) return opts.parallelMode === "race" ? result("first") : result("?");
        return operations([stepPlanned("b", opts), wait("w", opts)]);
      };
    const core = await engineWith({ "app-f": script({}), "app-g": script({ parallelMode: "race" }) });
    const all = await core.send("test/app-f");
    const race = await core.send("test/app-g");
    expect((await core.runOf(all)).status).toBe("Running");
    await core.send("test/go");
    expect(await core.output(all)).toBe("all");
    expect((await core.runOf(race)).status).toBe("Completed");
  });

  it("in race mode a wait that is met calls the function at once", async () => {
    const script: Script = ({ body }) =>
      "w" in body.steps
        ? result("event")
        : operations([
            wait("w", { parallelMode: "race" }),
            { op: "Sleep", id: "s", name: "1h", opts: { parallelMode: "race" } },
          ]);
    const core = await engineWith({ "app-f": script });
    const id = await core.send("test/app-f");
    await core.send("test/go");
    expect(await core.output(id)).toBe("event");
  });

  it.each([
    ["no event name", { ...wait("w"), name: "" }, "invalid_request", "without a name"],
    ["a condition that does not compile", wait("w", { if: "async.data.id ==" }), "InvalidExpression", "EOF"],
    ["a condition that is no text", wait("w", { if: 5 }), "InvalidExpression", "must be a text, got number"],
    ["a timeout that is none", wait("w", { timeout: "soon" }), "invalid_request", 'waits for "soon"'],
    ["a timeout of 367 days", wait("w", { timeout: "367d" }), "invalid_request", "the longest wait is 366 days"],
    ["a timeout beyond all time", wait("w", { timeout: `${"9".repeat(30)}d` }), "invalid_request", "the longest wait"],
  ])("with %s fails the run", async (_what, operation, name, message) => {
    const core = await engineWith({ "app-f": () => operations([operation]) }, { retries: 0 });
    const id = await core.send("test/app-f");
    expect(await core.output(id)).toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("for no time at all gives up at once", async () => {
    const core = await engineWith({ "app-f": waitsOnce({ timeout: "" }) });
    expect(await core.output(await core.send("test/app-f"))).toBeNull();
  });

  it("until a date, or a date that has passed", async () => {
    const core = await engineWith({ "app-f": waitsOnce({ timeout: "2026-01-02T00:00:00Z" }) });
    const id = await core.send("test/app-f");
    await core.advance(day);
    expect((await core.runOf(id)).status).toBe("Completed");
    expect((await core.runOf(await core.send("test/app-f"))).status).toBe("Completed");
  });

  it("a step that has ended is not waited for again: the app is asked once more, then given up", async () => {
    const core = await engineWith({ "app-f": () => operations([wait("w")]) }, { retries: 1 });
    const id = await core.send("test/app-f");
    await core.send("test/go");
    await core.advance(60_000);
    expect(await core.output(id)).toMatchObject({ name: "NoOperationsError" });
  });

  it("ends with nothing when the run was cancelled before", async () => {
    const core = await engineWith({ "app-f": waitsOnce() });
    const id = await core.send("test/app-f");
    await core.engine.cancelRun((await core.runOf(id)).id);
    await core.send("test/go");
    expect(await core.runOf(id)).toMatchObject({ status: "Cancelled", stepCount: 0 });
    expect(core.caller.calls).toHaveLength(1);
  });

  it("more than 1,000 operations in one answer fail the run", async () => {
    const many = Array.from({ length: 1001 }, (_, i) => wait(`w${i}`));
    const core = await engineWith({ "app-f": () => operations(many) });
    expect(await core.output(await core.send("test/app-f"))).toMatchObject({
      name: "InngestErrFunctionOverflowed",
      message: expect.stringContaining("1001 operations"),
    });
  });

  it("a run that remembers too much with the event ends", async () => {
    const core = await engineWith({ "app-f": waitsOnce() }, {}, { more: { limits: { runStateBytes: 1000 } } });
    const id = await core.send("test/app-f");
    await core.send("test/go", { text: "x".repeat(2000) });
    expect(await core.output(id)).toMatchObject({ name: "InngestErrStateOverflowed" });
    expect(await core.store.listEvents({ name: "inngest/function.failed", limit: 1 })).toHaveLength(1);
  });
});
