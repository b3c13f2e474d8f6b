import { afterEach, describe, expect, it } from "vitest";
import { EngineError } from "../../../../server/src/domain/error.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { createManualClock } from "../../../helpers/manual-clock.ts";
import { operations, result, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

const ticks = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

const sendMany = (count: number) =>
  core.engine.ingest({
    body: Array.from({ length: count }, (_, n) => ({ name: "test/app-f", data: { n } })),
    seed: null,
  });

describe("the worker", () => {
  it("calls no more apps at once than it has places, and gets through all the same", async () => {
    let now = 0;
    let most = 0;
    core = await createCoreEngine({
      workers: 3,
      scripts: {
        "app-f": async () => {
          most = Math.max(most, ++now);
          await ticks(2);
          now--;
          return result(1);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    await sendMany(40);
    await core.idle();
    expect(most).toBe(3);
    expect((await core.store.listRuns({ status: "Completed", limit: 100 })).length).toBe(40);
  });

  it("finishes older runs before it starts newer ones", async () => {
    const order: string[] = [];
    core = await createCoreEngine({
      workers: 1,
      scripts: {
        "app-f": ({ body }) => {
          const { n } = body.event.data as { n: number };
          order.push(`${n}:${Object.keys(body.steps).length}`);
          return "b" in body.steps ? result(n) : operations([stepRun("a" in body.steps ? "b" : "a", n)]);
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    await sendMany(3);
    await core.idle();
    expect(order).toEqual(["0:0", "0:1", "0:2", "1:0", "1:1", "1:2", "2:0", "2:1", "2:2"]);
  });

  it("keeps the lease of a call that takes longer than a lease", async () => {
    const { open, passed } = gate();
    core = await createCoreEngine({
      scripts: {
        "app-f": async () => {
          await passed;
          return result("slow");
        },
      },
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    const { ids } = await sendMany(1);
    for (let minute = 0; minute < 3; minute++) await core.clock.advance(60_000, () => ticks());
    expect(core.caller.calls).toHaveLength(1);
    open();
    await core.idle();
    expect(await core.output(ids[0] ?? "")).toBe("slow");
  });

  it("gives a call that would not end back when it stops, and drops its late answer", async () => {
    const clock = createManualClock();
    const store = openSqliteStore({ directory: null });
    const { open, passed } = gate();
    let calls = 0;
    const script = async () => {
      if (++calls === 1) await passed;
      return result(calls);
    };
    core = await createCoreEngine({ store, clock, scripts: { "app-f": script } });
    await core.engine.register(registration([functionConfig("app-f")]));
    const { ids } = await sendMany(1);
    const stopped = core.engine.stop(1000);
    await clock.advance(1000, () => ticks());
    await stopped;
    open();
    await ticks();
    expect((await core.runOf(ids[0] ?? "")).status).toBe("Running");
    await core.engine.start();
    await core.idle();
    expect(await core.output(ids[0] ?? "")).toBe(2);
  });

  it("offers an answer to a store that refuses it until it takes it, without calling the app again", async () => {
    const store = openSqliteStore({ directory: null });
    let refusals = 0;
    const full: Store = {
      ...store,
      async commit(transition, claim) {
        if (transition.lease !== null && refusals < 3) {
          refusals++;
          throw new EngineError("store_full", "full", { retryable: true });
        }
        return store.commit(transition, claim);
      },
    };
    core = await createCoreEngine({ store: full, scripts: { "app-f": () => result(core.caller.calls.length) } });
    await core.engine.register(registration([functionConfig("app-f")]));
    const { ids } = await sendMany(1);
    await core.clock.advance(5000, () => ticks());
    await core.idle();
    expect(await core.output(ids[0] ?? "")).toBe(1);
    expect(core.warnings).toHaveLength(3);
  });

  it("reads the queue again a second after the store failed", async () => {
    const store = openSqliteStore({ directory: null });
    let broken = true;
    const flaky: Store = {
      ...store,
      async lease(request) {
        if (broken) throw new EngineError("store_failed", "broken");
        return store.lease(request);
      },
    };
    core = await createCoreEngine({ store: flaky, scripts: { "app-f": () => result(1) } });
    await core.engine.register(registration([functionConfig("app-f")]));
    const id = await core.send("test/app-f", {}, { ts: core.clock.now() + 100 });
    await core.advance(5000);
    expect((await core.runOf(id)).status).toBe("Queued");
    broken = false;
    await core.advance(1000);
    expect((await core.runOf(id)).status).toBe("Completed");
  });

  it("needs one commit for each step when it is idle", async () => {
    const store = openSqliteStore({ directory: null });
    let writes = 0;
    const counting: Store = {
      ...store,
      commit: (transition, claim) => {
        writes++;
        return store.commit(transition, claim);
      },
      lease: (request) => {
        writes++;
        return store.lease(request);
      },
    };
    core = await createCoreEngine({
      store: counting,
      scripts: {
        "app-f": ({ body }) =>
          body.ctx.stack.current === 10 ? result(1) : operations([stepRun(`s${body.ctx.stack.current}`, 1)]),
      },
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    writes = 0;
    await core.send("test/app-f");
    expect(writes).toBe(12); // the event, ten steps, the end
  });
});
