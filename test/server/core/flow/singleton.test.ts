import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createHeldCalls, type HeldCalls } from "../../../helpers/held-calls.ts";
import { result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let held: HeldCalls;
afterEach(() => core.stop());

async function serve(singleton: Record<string, unknown>, more: Record<string, unknown> = {}) {
  held = createHeldCalls();
  const seen = { "app-seen": () => result("seen") };
  core = await createCoreEngine({ scripts: { "app-f": held.script, ...seen } });
  const triggers = [{ event: "inngest/function.cancelled" }];
  await core.engine.register(
    registration([functionConfig("app-f", { singleton, ...more }), functionConfig("app-seen", { triggers })]),
  );
}

const send = (data: Record<string, unknown> = {}, more = {}) => held.send(core, "test/app-f", data, more);
const status = async (eventId: string) => (await core.runOf(eventId)).status;

describe("singleton", () => {
  it("skips a run while another is under way, and names that one", async () => {
    await serve({ mode: "skip" });
    const [first, second] = [await send(), await send()];
    expect([await status(first), await status(second)]).toEqual(["Running", "Skipped"]);
    const skipped = await core.runOf(second);
    expect(skipped.reason).toContain((await core.runOf(first)).id);
    expect(skipped).toMatchObject({ endedAt: core.clock.now(), startedAt: null, output: null });
    expect(core.caller.calls).toHaveLength(1);
    held.release();
    await held.idle(core);
    expect(await status(await send())).toBe("Running");
  });

  it("counts a run that waits for its time as under way", async () => {
    await serve({ mode: "skip" });
    const later = await send({}, { ts: core.clock.now() + 60_000 });
    expect(await status(await send())).toBe("Skipped");
    expect(await status(later)).toBe("Queued");
  });

  it("has one for each key; a key of false or null is no singleton", async () => {
    await serve({ mode: "skip", key: "event.data.user" });
    const users = ["a", "b", "a", false, false, null, null];
    const ids: string[] = [];
    for (const user of users) ids.push(await send({ user }));
    expect(await Promise.all(ids.map(status))).toEqual([
      "Running",
      "Running",
      "Skipped",
      "Running",
      "Running",
      "Running",
      "Running",
    ]);
  });

  it("cancels the run that is under way: its call is aborted, its answer dropped, its end told", async () => {
    await serve({ mode: "cancel" });
    const first = await send();
    const call = held.open[0];
    const second = await send();
    expect([await status(first), await status(second)]).toEqual(["Cancelled", "Running"]);
    expect(call?.signal.aborted).toBe(true);
    const reason = (await core.runOf(first)).reason ?? "";
    expect(reason).toContain((await core.runOf(second)).id);
    expect(reason).toContain(second);
    const told = await core.store.listEvents({ name: "inngest/function.cancelled", limit: 10 });
    expect(told.map(({ data }) => JSON.parse(data))).toMatchObject([
      { function_id: "app-f", run_id: (await core.runOf(first)).id, _inngest: { status: "Cancelled" } },
    ]);
    expect(await core.output(told[0]?.internalId ?? "")).toBe("seen");
    expect(core.activities.filter(({ kind }) => kind === "run-ended")).toContainEqual(
      expect.objectContaining({ status: "Cancelled", slug: "app-f" }),
    );
    held.release(result("done"));
    await held.idle(core);
    expect(await core.output(second)).toBe("done");
    expect(await core.store.nextDueAt()).toBeNull();
  });

  it("of many events in one request the last one's run remains", async () => {
    await serve({ mode: "cancel" });
    const body = Array.from({ length: 20 }, () => ({ name: "test/app-f" }));
    const { ids } = await core.engine.ingest({ body, seed: null });
    await held.idle(core);
    const statuses = await Promise.all(ids.map(status));
    expect(statuses.slice(0, -1).every((one) => one === "Cancelled")).toBe(true);
    expect(statuses.at(-1)).toBe("Running");
    expect(held.open).toHaveLength(1);
    expect(await core.store.listEvents({ name: "inngest/function.cancelled", limit: 50 })).toHaveLength(19);
  });

  it("is kept when the engine restarts", async () => {
    await serve({ mode: "skip" });
    await send({}, { ts: core.clock.now() + 60_000 });
    await core.engine.stop(0);
    await core.engine.start();
    expect(await status(await send())).toBe("Skipped");
  });

  it("goes for invocations too", async () => {
    await serve({ mode: "skip" });
    await send();
    const { runId } = await core.engine.invoke({ slug: "app-f", body: {} });
    expect((await core.store.getRun(runId))?.status).toBe("Skipped");
  });

  it("is decided when a debounce ends", async () => {
    await serve({ mode: "skip" }, { debounce: { period: "10s" } });
    await send();
    await held.advance(core, 10_000);
    await send();
    await held.advance(core, 10_000);
    const runs = await core.store.listRuns({ limit: 10, order: "oldest" });
    expect(runs.map((run) => run.status)).toEqual(["Running", "Skipped"]);
  });

  it("a run that its own end starts anew is not in its own way", async () => {
    held = createHeldCalls();
    core = await createCoreEngine({ scripts: { "app-f": held.script } });
    const triggers = [{ event: "go" }, { event: "inngest/function.finished" }];
    await core.engine.register(registration([functionConfig("app-f", { singleton: { mode: "cancel" }, triggers })]));
    const first = await held.send(core, "go");
    held.release(result(1));
    await held.idle(core);
    expect(await status(first)).toBe("Completed");
    expect(held.open).toHaveLength(1);
  });
});
