import { describe, expect, it, onTestFinished } from "vitest";
import { createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { operations, type Script } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const day = 86_400_000;

describe("cancelOn", () => {
  const sleeps: Script = () => operations([{ op: "Sleep", id: "z", name: "10d" }]);
  const cancel = (rule: Record<string, unknown>) => ({ cancel: [{ event: "test/stop", ...rule }] });

  it.each([
    [{}, {}, true],
    [{ if: "async.data.id == event.data.id" }, { id: 7 }, true],
    [{ if: "async.data.id == event.data.id" }, { id: 8 }, false],
    [{ if: "event.data.id == 8" }, {}, false],
    [{ if: "event.data.id == 7" }, {}, true],
    [{ timeout: "1h" }, {}, true],
  ])("with %j and an event of %j: %s", async (rule, data, cancels) => {
    const core = await engineWith({ "app-f": sleeps }, cancel(rule));
    const id = await core.send("test/app-f", { id: 7 });
    const stop = await core.send("test/stop", data);
    const run = await core.runOf(id);
    expect(run.status).toBe(cancels ? "Cancelled" : "Running");
    if (!cancels) return;
    expect(run.reason).toBe(`cancelled by event test/stop (${stop})`);
    expect(await core.store.listEvents({ name: "inngest/function.cancelled", limit: 5 })).toHaveLength(1);
    expect(await core.store.listWaits(run.id)).toEqual([]);
  });

  it("ends with its timeout, counted from when the run was queued", async () => {
    const core = await engineWith({ "app-f": sleeps }, cancel({ timeout: "1h" }));
    const id = await core.send("test/app-f");
    await core.advance(3_600_000);
    await core.send("test/stop");
    expect((await core.runOf(id)).status).toBe("Running");
  });

  it.each([
    ["a date", "2026-01-01T01:00:00.000Z", 3_600_000],
    ["nothing", "", 365 * day],
  ])("with %s as its timeout lasts until then", async (_what, timeout, ms) => {
    const core = await engineWith({ "app-f": sleeps }, cancel({ timeout }));
    const { id } = await core.runOf(await core.send("test/app-f"));
    const [wait] = await core.store.listWaits(id);
    expect(wait?.expiresAt).toBe(core.clock.now() + ms);
  });

  it("cancels a run that has not begun, and one whose call is under way", async () => {
    let aborted = false;
    const hangs: Script = ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          aborted = true;
          reject(new Error("aborted"));
        });
      });
    const core = await engineWith({ "app-f": hangs }, cancel({}));
    const queued = await core.send("test/app-f", {}, { ts: core.clock.now() + day });
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    const running = ids[0] ?? "";
    await eventually("the call", () => core.engine.running().length === 1 || null);
    await core.engine.ingest({ body: { name: "test/stop" }, seed: null });
    await eventually("the abort", () => aborted || null);
    await core.idle();
    expect((await core.runOf(queued)).status).toBe("Cancelled");
    expect((await core.runOf(running)).status).toBe("Cancelled");
  });

  it("the event that starts a run does not cancel it, a later one of the same name does", async () => {
    const core = await engineWith({ "app-f": sleeps }, { cancel: [{ event: "test/app-f" }] });
    const first = await core.send("test/app-f");
    expect((await core.runOf(first)).status).toBe("Running");
    const second = await core.send("test/app-f");
    expect((await core.runOf(first)).status).toBe("Cancelled");
    expect((await core.runOf(second)).status).toBe("Running");
  });

  it.each([["size(async.data.x) > 1"], ["async.data.x.exists(x, x == 1)"], ["async.data.id =="]])(
    "refuses the condition %s when it is registered",
    async (condition) => {
      const core = await createCoreEngine();
      onTestFinished(() => core.stop());
      const config = functionConfig("app-f", cancel({ if: condition }));
      await expect(core.engine.register(registration([config]))).rejects.toMatchObject({
        code: "invalid_registration",
      });
    },
  );
});
