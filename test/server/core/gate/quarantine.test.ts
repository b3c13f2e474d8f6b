import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { Answer } from "../../../../server/src/domain/answer.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { callError } from "../../../../server/src/transport/connection-error.ts";
import { failedCall } from "../../../../server/src/transport/read-answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const crash = () => failedCall(callError("connection_closed", "Your server closed the request before finishing."));

describe("an item that takes its app down", () => {
  it("three times in a row is not tried again", async () => {
    core = await createCoreEngine({ retryIntervalMs: 1_000, scripts: { "app-f": crash } });
    await core.engine.register(registration([functionConfig("app-f", { retries: 20 })]));
    const event = await core.send("test/app-f");
    await core.advance(60_000);
    expect(core.caller.calls).toHaveLength(3);
    const run = await core.runOf(event);
    expect(run.status).toBe("Failed");
    expect(JSON.parse(run.output ?? "")).toMatchObject({
      name: "QuarantinedError",
      message: expect.stringMatching(
        /3 times in a row.*closed the request before finishing.*retry the run from the dead letters/,
      ),
    });
    expect((await core.store.listAttempts(run.id)).map(({ retryAt }) => retryAt === null)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("is tried on when answers come in between, also failed ones", async () => {
    let calls = 0;
    const script = () =>
      ++calls % 3 === 0 ? failure({ name: "Error", message: "no" }) : calls > 8 ? result(1) : crash();
    core = await createCoreEngine({ retryIntervalMs: 1_000, scripts: { "app-f": script } });
    await core.engine.register(registration([functionConfig("app-f", { retries: 20 })]));
    const event = await core.send("test/app-f");
    await core.advance(60_000);
    expect((await core.runOf(event)).status).toBe("Completed");
    expect(calls).toBe(10);
  });

  it("together with the engine's process is given up at the third restart", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-quarantine-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const never = () => new Promise<never>(() => undefined);
    let event = "";
    for (let life = 0; life < 3; life++) {
      const store = openSqliteStore({ directory, inProcess: "http://app.test" });
      core = await createCoreEngine({ store, scripts: { "app-f": never } });
      if (life === 0) {
        await core.engine.register(registration([functionConfig("app-f")]));
        const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
        event = ids[0] ?? "";
      }
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(core.caller.calls).toHaveLength(1);
      // Goes down without a word: the lease stays behind.
      await store.close();
    }
    core = await createCoreEngine({
      store: openSqliteStore({ directory, inProcess: "http://app.test" }),
      scripts: { "app-f": never },
    });
    await core.idle();
    expect(core.caller.calls).toEqual([]);
    const run = await core.runOf(event);
    expect(JSON.parse(run.output ?? "")).toMatchObject({ name: "QuarantinedError" });
  });
});

describe("an engine that goes down with several calls of its own apps", () => {
  it("tries them one at a time when it is back, and quarantines the one that takes it down alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-suspects-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const never = () => new Promise<never>(() => undefined);
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    let lives = 0;
    const ids: string[] = [];
    const live = async (bad: () => Promise<never>, good: () => Promise<Answer>): Promise<void> => {
      const store = openSqliteStore({ directory, inProcess: "http://app.test" });
      core = await createCoreEngine({ store, scripts: { "app-bad": bad, "app-good": good } });
      if (lives++ > 0) return turns();
      const configs = ["app-good", "app-bad"].map((slug) => functionConfig(slug, { retries: 0 }));
      await core.engine.register(registration(configs));
      const names = ["test/app-good", "test/app-bad", "test/app-good"];
      ids.push(...(await core.engine.ingest({ body: names.map((name) => ({ name })), seed: null })).ids);
      await turns();
    };
    await live(never, never);
    expect(core.caller.calls).toHaveLength(3);
    await core.store.close();
    // From here on the innocent ones answer; the other one takes the engine along, without a word.
    for (let life = 0; life < 3; life++) {
      await live(never, async () => result("survived"));
      for (let i = 0; i < 4; i++) await core.clock.advance(31_000, turns);
      const bad = await core.store.listItems((await core.runOf(ids[1] ?? "")).id);
      expect(bad).toMatchObject([{ crashes: life, suspicion: 1 }]);
      await core.store.close();
    }
    await live(never, async () => result("survived"));
    await core.idle();
    expect((await core.runOf(ids[0] ?? "")).status).toBe("Completed");
    expect((await core.runOf(ids[2] ?? "")).status).toBe("Completed");
    const run = await core.runOf(ids[1] ?? "");
    expect(JSON.parse(run.output ?? "")).toMatchObject({ name: "QuarantinedError" });
  });
});

describe("waits between attempts", () => {
  it("are those of the function, and an app's own word goes before them", async () => {
    let calls = 0;
    const script = () => {
      calls++;
      const retryAt = calls === 3 ? core.clock.now() + 50 : null;
      return failure({ name: "Error", message: "no" }, { retryAt });
    };
    core = await createCoreEngine({ scripts: { "app-f": script } });
    const config = functionConfig("app-f");
    const step = { ...(config.steps as { step: object }).step, retries: { attempts: 4, backoff: [100, 200] } };
    await core.engine.register(registration([{ ...config, steps: { step } }]));
    await core.send("test/app-f");
    const seen: number[] = [calls];
    for (const ms of [99, 1, 199, 1, 49, 1, 199, 1]) {
      await core.advance(ms);
      seen.push(calls);
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5]);
  });
});
