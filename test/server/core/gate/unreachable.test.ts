import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { Answer } from "../../../../server/src/domain/answer.ts";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { callError } from "../../../../server/src/transport/connection-error.ts";
import { failedCall, readAnswer } from "../../../../server/src/transport/read-answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const minute = 60_000;
const hour = 60 * minute;
const refused = (): Answer => failedCall(callError("unreachable", "Unable to reach SDK URL: connection refused."));
const proxy = (status: number, headers: Record<string, string> = {}): Answer =>
  readAnswer({ status, headers, body: "<h1>Bad Gateway</h1>" }, core.clock.now());
const draining = (seconds: number): Answer =>
  readAnswer(
    { status: 503, headers: { "x-inngest-sdk": "js:v4.24.0", "retry-after": String(seconds) }, body: "{}" },
    core.clock.now(),
  );

async function engineWith(script: Script, options: { retries?: number; limits?: Record<string, number> } = {}) {
  core = await createCoreEngine({ scripts: { "app-f": script }, more: { limits: options.limits ?? {} } });
  await core.engine.register(registration([functionConfig("app-f", { retries: options.retries ?? 0 })]));
}

const outages = () => core.activities.filter(({ kind }) => kind === "app-unreachable");

describe("an app that cannot be reached", () => {
  it.each([
    ["refused", refused],
    ["TLS", () => failedCall(callError("unsupported_protocol", "no TLS"))],
    ["502 of a proxy", () => proxy(502)],
    ["503 of a proxy", () => proxy(503)],
    ["504 of a proxy", () => proxy(504)],
    ["draining", () => draining(2)],
  ])("costs no attempt: %s", async (_name, answer) => {
    let isUp = false;
    const attempts: number[] = [];
    await engineWith(({ body }) => {
      attempts.push(body.ctx.attempt);
      return isUp ? result("here") : answer();
    });
    const event = await core.send("test/app-f");
    await core.advance(10 * minute);
    expect(attempts.length).toBeGreaterThan(8);
    expect(attempts.length).toBeLessThan(30);
    expect(new Set(attempts)).toEqual(new Set([0]));
    const run = await core.runOf(event);
    expect(run.status).toBe("Running");
    isUp = true;
    await core.advance(2 * minute);
    expect(await core.output(event)).toBe("here");
    expect(await core.store.listAttempts(run.id)).toEqual([]);
    expect(core.activities.filter(({ kind }) => kind === "run-started")).toHaveLength(1);
    expect(outages()).toHaveLength(1);
  });

  it("fails the run only when the limit is over, and says for how long and what was tried", async () => {
    await engineWith(refused, { retries: 4, limits: { unreachableMaxMs: 2 * hour } });
    const event = await core.send("test/app-f");
    await core.advance(2 * hour - 1);
    expect((await core.runOf(event)).status).toBe("Running");
    await core.advance(2);
    const run = await core.runOf(event);
    expect(run.status).toBe("Failed");
    expect(JSON.parse(run.output ?? "")).toMatchObject({
      name: "AppUnreachableError",
      message: expect.stringMatching(
        /not be reached for 2 hours, since 2026-01-01T00:00:00.000Z; it was tried 1\d\d times. The last time: .*connection refused.*unreachableMaxMs/,
      ),
    });
  });

  it("waits a day otherwise", async () => {
    await engineWith(refused);
    const event = await core.send("test/app-f");
    expect((await core.store.listItems((await core.runOf(event)).id))[0]?.unreachable).toMatchObject({ tries: 1 });
    expect(core.engine.limits.unreachableMaxMs).toBe(24 * hour);
  });

  it("is asked for no more than one call at a time, and told of once, whatever the number of runs", async () => {
    let isUp = false;
    await engineWith(() => (isUp ? result(1) : refused()));
    for (let i = 0; i < 5; i++) await core.engine.ingest({ body: Array(40).fill({ name: "test/app-f" }), seed: null });
    await core.idle();
    const atFirst = core.caller.calls.length;
    expect(atFirst).toBeLessThanOrEqual(10);
    await core.advance(30_000);
    expect(core.caller.calls.length - atFirst).toBeLessThan(12);
    expect(outages()).toHaveLength(1);
    isUp = true;
    await core.advance(40_000);
    expect(await core.store.listRuns({ status: "Completed", limit: 1000 })).toHaveLength(200);
  });

  it("is tried at once when it syncs", async () => {
    let isUp = false;
    await engineWith(() => (isUp ? result(1) : refused()));
    const event = await core.send("test/app-f");
    await core.advance(10 * minute);
    isUp = true;
    await core.engine.register(registration([functionConfig("app-f", { retries: 0 })]));
    await core.idle();
    expect((await core.runOf(event)).status).toBe("Completed");
  });

  it("is explained", async () => {
    await engineWith(refused);
    const event = await core.send("test/app-f");
    const waits = await core.engine.operations.explain((await core.runOf(event)).id);
    expect(waits).toMatchObject([
      {
        kind: "unreachable",
        since: core.clock.now(),
        tries: 1,
        sentence: expect.stringMatching(
          /^The app cannot be reached since 2026-.*, next try at 2026-.*connection refused/,
        ),
      },
    ]);
  });

  it("keeps its time over a restart of the engine", async () => {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-unreachable-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const open = async (clock?: CoreEngine["clock"]) => {
      core = await createCoreEngine({
        store: openSqliteStore({ directory }),
        scripts: { "app-f": refused },
        more: { limits: { unreachableMaxMs: hour } },
        ...(clock === undefined ? {} : { clock }),
      });
    };
    await open();
    await core.engine.register(registration([functionConfig("app-f")]));
    const event = await core.send("test/app-f");
    await core.advance(30 * minute);
    const { clock } = core;
    await core.stop();
    await open(clock);
    await core.advance(29 * minute);
    expect((await core.runOf(event)).status).toBe("Running");
    await core.advance(2 * minute);
    expect(JSON.parse((await core.runOf(event)).output ?? "")).toMatchObject({ name: "AppUnreachableError" });
  });

  it("honours Retry-After", async () => {
    const times: number[] = [];
    await engineWith(() => {
      times.push(core.clock.now());
      return draining(100);
    });
    await core.send("test/app-f");
    await core.advance(99_000);
    expect(times).toHaveLength(1);
    await core.advance(2_000);
    expect(times).toHaveLength(2);
  });

  it("begins its time anew after an answer, and a failure of the function counts", async () => {
    const script = [refused(), failedCall(callError("timeout", "slow")), refused()];
    let calls = 0;
    await engineWith(() => script[calls++] ?? result(1), { retries: 1 });
    const event = await core.send("test/app-f");
    await core.advance(5 * minute);
    const run = await core.runOf(event);
    expect(run.status).toBe("Completed");
    expect(calls).toBe(4);
    expect(await core.store.listAttempts(run.id)).toHaveLength(1);
  });
});

describe("a proxy's error that is the call's own", () => {
  it("counts when it comes again and again while the app answers other calls", async () => {
    core = await createCoreEngine({ scripts: { "app-f": () => proxy(502), "app-g": () => result(1) } });
    await core.engine.register(
      registration([functionConfig("app-f", { retries: 1 }), functionConfig("app-g", { retries: 0 })]),
    );
    const event = await core.send("test/app-f");
    for (let i = 0; i < 60; i++) {
      await core.advance(10_000);
      await core.send("test/app-g");
    }
    const run = await core.runOf(event);
    expect(run.status).toBe("Failed");
    expect(JSON.parse(run.output ?? "")).toMatchObject({ message: expect.stringMatching(/502/) });
    expect(await core.store.listAttempts(run.id)).toHaveLength(2);
  });

  it("counts when it comes after the app had the call for long", async () => {
    await engineWith(async () => {
      await core.clock.advance(0, async () => undefined);
      return new Promise<Answer>((resolve) => {
        core.clock.setTimer(core.clock.now() + 60_000, () => resolve(proxy(504)));
      });
    });
    const { ids } = await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    };
    await turns();
    await core.clock.advance(61_000, turns);
    expect((await core.runOf(ids[0] ?? "")).status).toBe("Failed");
  });
});
