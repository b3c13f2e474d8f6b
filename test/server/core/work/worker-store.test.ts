/** What the worker does when the store fails it in the middle of its work. */
import { afterEach, describe, expect, it } from "vitest";
import { EngineError } from "../../../../server/src/domain/error.ts";
import type { Store } from "../../../../server/src/ports/store.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const full = (retryable = true): EngineError => new EngineError("store_full", "The disk is full.", { retryable });
const ticks = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function open(script: Script, wrap: (store: Store) => Partial<Store>): Promise<string> {
  const store = openSqliteStore({ directory: null });
  core = await createCoreEngine({ store: { ...store, ...wrap(store) }, scripts: { "app-f": script } });
  await core.engine.register(registration([functionConfig("app-f")]));
  const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
  await ticks();
  return ids[0] ?? "";
}

describe("a store that fails", () => {
  it("to prolong leases is asked again before they end, and the call goes on", async () => {
    let failures = 0;
    let end = (): void => {};
    const script: Script = () =>
      new Promise((resolve) => {
        end = () => resolve(result("slow"));
      });
    const id = await open(script, (store) => ({
      extend: async (tokens, until) => {
        if (failures < 1) {
          failures += 1;
          throw full();
        }
        return store.extend(tokens, until);
      },
    }));
    await core.clock.advance(60_000, ticks);
    expect(core.warnings).toEqual(["Leases could not be prolonged"]);
    expect(core.caller.calls).toHaveLength(1);
    end();
    await core.idle();
    expect(await core.output(id)).toBe("slow");
  });

  it("to take an answer for as long as its lease lasts has the app called again, and loses nothing", async () => {
    let isFull = false;
    const script: Script = () => {
      isFull = core.caller.calls.length === 1;
      return result(core.caller.calls.length);
    };
    const id = await open(script, (store) => ({
      commit: async (transition, claim) => {
        if (isFull && transition.lease !== null) throw full();
        return store.commit(transition, claim);
      },
    }));
    await core.clock.advance(16_000, ticks);
    expect(core.warnings.filter((text) => text === "An answer could not be stored; trying again")).toHaveLength(6);
    expect((await core.runOf(id)).status).toBe("Running");
    isFull = false;
    await core.clock.advance(120_000, ticks);
    await core.idle();
    expect(await core.output(id)).toBe(2);
  });

  it("for good over an answer is not asked to take it again at once", async () => {
    let isBroken = true;
    const id = await open(
      () => result(core.caller.calls.length),
      (store) => ({
        commit: async (transition, claim) => {
          if (isBroken && transition.lease !== null) throw full(false);
          return store.commit(transition, claim);
        },
      }),
    );
    expect(core.warnings).not.toContain("An answer could not be stored; trying again");
    isBroken = false;
    await core.clock.advance(120_000, ticks);
    await core.idle();
    expect(await core.output(id)).toBe(2);
  });

  it("to take an item back when the engine stops leaves it to its lease, and says so", async () => {
    let isFull = false;
    await open(
      () => new Promise(() => {}),
      (store) => ({
        commit: async (transition, claim) => {
          if (isFull) throw full();
          return store.commit(transition, claim);
        },
      }),
    );
    isFull = true;
    const stopped = core.engine.stop(0);
    await core.clock.advance(0, ticks);
    await stopped;
    expect(core.warnings).toContain("An item could not be given back; its lease has to end first");
  });
});
