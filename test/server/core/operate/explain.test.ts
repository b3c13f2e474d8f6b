import { afterEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result, type Script } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const never: Script = ({ signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

async function openWith(script: Script, options: Record<string, unknown> = {}, workers = 10): Promise<void> {
  core = await createCoreEngine({ scripts: { "app-f": script }, workers, retryIntervalMs: 5_000 });
  await core.engine.register(registration([functionConfig("app-f", options)]));
}

const at = (ms: number): string => new Date(core.clock.now() + ms).toISOString();

async function send(data: object = {}, more: object = {}): Promise<string> {
  const { ids } = await core.engine.ingest({ body: { name: "test/app-f", data, ...more }, seed: null });
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  return (await core.runOf(ids[0] ?? "")).id;
}

const why = async (runId: string) => await core.engine.operations.explain(runId);
const sentences = async (runId: string) => (await why(runId)).map(({ sentence }) => sentence);

describe("why a run waits", () => {
  it("names the limit and the runs that take it", async () => {
    await openWith(never, { concurrency: [{ limit: 2, key: "event.data.tenant" }] });
    const holders = [await send({ tenant: "acme" }), await send({ tenant: "acme" })];
    const waiting = await send({ tenant: "acme" });
    expect(await why(waiting)).toEqual([
      {
        kind: "concurrency",
        label: 'event.data.tenant = "acme"',
        limit: 2,
        used: 2,
        runIds: holders,
        setBy: null,
        sentence: `Concurrency limit event.data.tenant = "acme": 2 of 2 taken, held by runs ${holders.join(", ")}.`,
      },
    ]);
    expect(await sentences(holders[0] ?? "")).toEqual(["A call to its app is under way, attempt 1 of 5."]);
  });

  it("says who has set a limit over that of the code, and why", async () => {
    await openWith(never, { throttle: { limit: 10, period: "1m" }, concurrency: [{ limit: 5 }] });
    const who = { function: "app-f", reason: "partner is slow", author: "ana" };
    await core.engine.operations.setLimit({ ...who, control: "concurrency", limit: 1 });
    await send();
    const since = core.clock.now();
    expect(await why(await send())).toMatchObject([
      { kind: "concurrency", limit: 1, used: 1, setBy: { author: "ana", reason: "partner is slow", since } },
      // What the code says still holds.
      { kind: "throttle", setBy: null },
    ]);
    expect((await sentences(await send())).join("\n")).toMatch(
      /1 of 1 taken.* ana set the limit at .*: partner is slow\./,
    );
  });

  it("says who has set a throttle that the code does not have", async () => {
    await openWith(never);
    const who = { function: "app-f", reason: "partner is slow", author: "ana" };
    await core.engine.operations.setLimit({ ...who, control: "throttle", limit: 1, period: "1h" });
    await send();
    expect((await sentences(await send())).join("\n")).toMatch(
      /Throttle .* ana set the limit at .*: partner is slow\./,
    );
  });

  it("names a few of many holders", async () => {
    await openWith(never, { concurrency: [{ limit: 5 }] });
    for (let n = 0; n < 5; n++) await send();
    expect((await sentences(await send()))[0]).toMatch(/5 of 5 taken, held by runs \w+, \w+, \w+ and 2 more\.$/);
  });

  it("names the one run that takes the limit, and a request that is under way", async () => {
    const script: Script = () => operations([{ op: "Gateway", id: "g", opts: { url: "http://api.test" } }]);
    core = await createCoreEngine({ scripts: { "app-f": script }, http: () => new Promise(() => {}) });
    await core.engine.register(registration([functionConfig("app-f", { concurrency: [{ limit: 1, scope: "fn" }] })]));
    const holder = await send();
    expect(await sentences(holder)).toEqual(["A request for a step is under way, attempt 1 of 5."]);
    expect((await sentences(await send()))[0]).toMatch(new RegExp(`: 1 of 1 taken, held by run ${holder}\\.$`));
  });

  it("names the other lanes in line", async () => {
    core = await createCoreEngine({ scripts: { "app-f": never, "app-g": never, "app-h": never }, workers: 1 });
    const slugs = ["app-f", "app-g", "app-h"];
    await core.engine.register(registration(slugs.map((slug) => functionConfig(slug))));
    const start = async (slug: string): Promise<string> => {
      const { ids } = await core.engine.ingest({ body: { name: `test/${slug}` }, seed: null });
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
      return (await core.runOf(ids[0] ?? "")).id;
    };
    await start("app-f");
    const second = await start("app-g");
    expect(await sentences(second)).toEqual(["Its turn: 0 before it; all places are taken."]);
    const third = await start("app-h");
    expect(await sentences(third)).toEqual(["Its turn: 0 before it and 1 other lane in line; all places are taken."]);
    const fourth = await start("app-f");
    expect(await sentences(fourth)).toEqual(["Its turn: 0 before it and 2 other lanes in line; all places are taken."]);
  });

  it("names a throttle's next start", async () => {
    await openWith(() => result(1), { throttle: { limit: 1, period: "60s", burst: 1 } });
    await send();
    await send();
    const [wait] = await why(await send());
    expect(wait).toMatchObject({ kind: "throttle", until: core.clock.now() + 60_000 });
    expect(wait?.sentence).toContain(at(60_000));
  });

  it("names its place in line", async () => {
    await openWith(never, {}, 1);
    await send();
    for (let n = 0; n < 3; n++) await send();
    expect(await sentences(await send())).toEqual(["Its turn: 3 before it; all places are taken."]);
  });

  it("names the pause, once", async () => {
    await openWith(() => result(1));
    await core.engine.operations.pause({ scope: "app", target: "app", reason: "deploy", author: "ana" });
    expect(await sentences(await send())).toEqual([`Its app is paused by ana since ${at(0)}: deploy.`]);
    await core.engine.operations.pause({ scope: "all", reason: "fire", author: "bo" });
    expect(await sentences(await send())).toEqual([`Its app is paused by ana since ${at(0)}: deploy.`]);
    await core.engine.operations.resume({ scope: "app", target: "app" });
    expect(await sentences(await send())).toEqual([`Everything is paused by bo since ${at(0)}: fire.`]);
  });

  it("names a retry, a sleep and a later start", async () => {
    await openWith(() => failure({ name: "Error", message: "no" }), { retries: 2 });
    expect(await sentences(await send())).toEqual([
      `The function failed with Error: no. Retry 1 of 2 at ${at(5_000)}.`,
    ]);
    expect(await sentences(await send({}, { ts: core.clock.now() + 900 }))).toEqual([`It is to begin at ${at(900)}.`]);
    await core.stop();
    await openWith(() => operations([{ op: "Sleep", id: "h", displayName: "nap", name: "1h" }]));
    expect(await sentences(await send())).toEqual([`Step "nap" sleeps until ${at(3_600_000)}.`]);
  });

  it("names the step that is to be tried again, and what it failed with", async () => {
    await openWith(
      () =>
        operations([
          {
            op: "StepError",
            id: "h",
            displayName: "charge",
            error: { name: "CardError", message: "declined\nat once" },
          },
        ]),
      { retries: 3 },
    );
    expect(await why(await send())).toEqual([
      {
        kind: "retry",
        step: "charge",
        attempt: 1,
        maxAttempts: 4,
        at: Date.parse(at(5_000)),
        error: "CardError: declined",
        sentence: `Step "charge" failed with CardError: declined. Retry 1 of 3 at ${at(5_000)}.`,
      },
    ]);
  });

  it("names what a step waits for outside", async () => {
    await openWith(({ body }) => {
      const [op, opts] = (body.event.data as { op: [string, object] }).op;
      return operations([{ op: op as "WaitForEvent", id: "h", displayName: "w", name: "w", opts: { ...opts } }]);
    });
    const until = at(3_600_000);
    const opts = { event: "shop/paid", timeout: "1h" };
    expect(await sentences(await send({ op: ["WaitForEvent", opts] }))).toEqual([
      `Step "w" waits for event shop/paid until ${until}.`,
    ]);
    expect(await sentences(await send({ op: ["WaitForEvent", { ...opts, if: "async.data.n == 1" }] }))).toEqual([
      `Step "w" waits for event shop/paid where async.data.n == 1 until ${until}.`,
    ]);
    expect(await sentences(await send({ op: ["WaitForSignal", { signal: "go", timeout: "1h" }] }))).toEqual([
      `Step "w" waits for signal go until ${until}.`,
    ]);
    const invoked = { function_id: "app-f", payload: { data: { op: ["Sleep", { duration: "2h" }] } }, timeout: "1h" };
    expect((await sentences(await send({ op: ["InvokeFunction", invoked] })))[0]).toMatch(
      new RegExp(`^Step "w" waits for app-f \\(run \\w+\\) until ${until}\\.$`),
    );
  });

  it("says that nobody serves its function any more", async () => {
    await openWith(() => failure({ name: "Error", message: "no" }));
    const run = await send();
    await core.engine.register(registration([functionConfig("app-other")]));
    expect((await sentences(run))[0]).toBe("No synced app serves function app-f any more: sync the app that has it.");
  });

  it("is nothing for a run that has ended, and an error for one that never was", async () => {
    await openWith(() => result(1));
    expect(await why(await send())).toEqual([]);
    await expect(why("none")).rejects.toMatchObject({ code: "run_not_found" });
  });
});
