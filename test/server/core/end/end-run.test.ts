/** Runs that are ended before their time. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ItemGiven, makeItem } from "../../../conformance/store-records.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls, type HeldCalls } from "../../../helpers/held-calls.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let held: HeldCalls;
beforeEach(async () => {
  held = createHeldCalls();
  core = await createCoreEngine({ scripts: { "app-f": held.script, "app-timer": () => result(1) } });
  await core.engine.register(registration([functionConfig("app-f"), functionConfig("app-timer")]));
});
afterEach(() => core.stop());

/** Puts an item as core or the store would, and makes the engine look. */
async function put(fields: ItemGiven): Promise<void> {
  const item = makeItem("item", { kind: "cancel", functionId: "f", dueAt: core.clock.now(), ...fields });
  await core.store.commit({ lease: null, puts: [item] });
  await held.send(core, "test/app-timer", {}, { ts: core.clock.now() + 1 });
  await held.advance(core, 1);
}

describe("a cancelled run", () => {
  it("keeps the reason, its call is aborted, and a second cancel is refused", async () => {
    const run = await core.runOf(await held.send(core, "test/app-f"));
    const [call] = held.open;
    await core.engine.cancelRun(run.id);
    await held.idle(core);
    expect(call?.signal.aborted).toBe(true);
    expect(await core.store.getRun(run.id)).toMatchObject({ status: "Cancelled", reason: "cancelled by request" });
    await expect(core.engine.cancelRun(run.id)).rejects.toMatchObject({ code: "run_ended" });
    await expect(core.engine.cancelRun("none")).rejects.toMatchObject({ code: "run_not_found" });
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("is what a `cancel` item leaves, with the item's reason", async () => {
    const run = await core.runOf(await held.send(core, "test/app-f"));
    await put({ runId: run.id, functionId: run.functionId, payload: JSON.stringify({ reason: "stopped by stop/it" }) });
    expect(await core.store.getRun(run.id)).toMatchObject({ status: "Cancelled", reason: "stopped by stop/it" });
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it.each([
    ["a run that has ended", "cancel", { reason: "late" }],
    ["a run that has ended, by its timeout", "timeout", { kind: "finish", timeoutMs: 1 }],
    ["a run that has begun, by its start timeout", "timeout", { kind: "start", timeoutMs: 1 }],
  ] as const)("is not made of %s", async (what, kind, payload) => {
    const run = await core.runOf(await held.send(core, "test/app-f"));
    const isOpen = what.includes("begun");
    if (!isOpen) held.release(result("done"));
    await held.idle(core);
    await put({ kind, runId: run.id, functionId: run.functionId, payload: JSON.stringify(payload) });
    expect((await core.store.getRun(run.id))?.status).toBe(isOpen ? "Running" : "Completed");
    expect(await core.store.listItems(run.id)).toHaveLength(isOpen ? 1 : 0);
  });

  it.each([
    ["cancel", "gone", JSON.stringify({ reason: "x" })],
    ["cancel", "gone", JSON.stringify({ reason: "x", ended: true })],
    ["timeout", "gone", JSON.stringify({ kind: "finish", timeoutMs: 1 })],
    ["debounce", null, "gone"],
    ["batch", null, "gone"],
  ] as const)(
    "an item of kind %s for run %s with payload %s that is of nothing leaves the queue",
    async (kind, runId, payload) => {
      await put({ kind, runId, payload });
      expect(await core.store.nextDueAt()).toBeNull();
      expect(core.warnings).toEqual([]);
    },
  );

  it("that ended while its timeout fired is left alone", async () => {
    const run = await core.runOf(await held.send(core, "test/app-f"));
    const { loadExecution } = core.store;
    core.store.loadExecution = async (runId) => {
      const found = await loadExecution(runId);
      core.store.loadExecution = loadExecution;
      held.release(result("just in time"));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      return found;
    };
    await put({
      kind: "timeout",
      runId: run.id,
      functionId: run.functionId,
      payload: '{"kind":"finish","timeoutMs":1}',
    });
    expect((await core.store.getRun(run.id))?.output).toBe('"just in time"');
    expect(await core.store.nextDueAt()).toBeNull();
  });
});

describe("a pause that skips", () => {
  it("records what arrives as skipped, and holds nothing back when it is over", async () => {
    await core.engine.operations.pause({ scope: "all", reason: "release", author: "ana", arriving: "skip" });
    const skipped = await held.send(core, "test/app-f");
    expect(await core.runOf(skipped)).toMatchObject({ status: "Skipped", reason: "paused by ana: release" });
    await core.engine.operations.resume({ scope: "all" });
    const id = await held.send(core, "test/app-f");
    expect((await core.runOf(id)).status).toBe("Running");
    expect((await core.runOf(skipped)).status).toBe("Skipped");
  });
});

describe("an event with a `ts` to come", () => {
  it("starts its run then, not before, also over a restart", async () => {
    const id = await held.send(core, "test/app-f", {}, { ts: core.clock.now() + 60_000 });
    await held.advance(core, 59_999);
    expect((await core.runOf(id)).status).toBe("Queued");
    await core.engine.stop(0);
    await core.engine.start();
    await held.advance(core, 1);
    expect((await core.runOf(id)).status).toBe("Running");
  });
});
