/** Engine and functions in one process: the calls are the same as over HTTP, and nothing leaves the process. */
import { AsyncLocalStorage } from "node:async_hooks";
import { cp } from "node:fs/promises";
import { Inngest } from "stepwell";
import { serve } from "stepwell/fetch";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RunRecord } from "../../server/src/domain/run/run.ts";
import { createServer, type EmbeddedApp, type ServerOptions, type StepwellServer } from "../../server/src/main.ts";
import { createInProcessSdkCaller, inProcessUrl } from "../../server/src/transport/in-process-sdk-caller.ts";
import { eventually } from "../helpers/eventually.ts";
import { createManualClock } from "../helpers/manual-clock.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

const newClient = (id = "small") =>
  new Inngest({ id, logger: silent, fetch: () => Promise.reject(new Error("network")) });

async function startEmbedded(apps: EmbeddedApp[], options: Partial<ServerOptions> = {}): Promise<StepwellServer> {
  const server = createServer({ store: null, retryIntervalMs: 10, logger: silent, apps, ...options });
  onTestFinished(() => server.stop(0));
  await server.start();
  return server;
}

const endOf = (server: StepwellServer, eventId: string | undefined): Promise<RunRecord> =>
  eventually("the run's end", async () => {
    const [run] = await server.store.listRunsOfEvent(eventId ?? "");
    return run !== undefined && run.endedAt !== null ? run : null;
  });

describe("an embedded app", () => {
  test("gets events that its client sends, runs its steps once, and sends events of its own", async () => {
    const client = newClient();
    const calls: string[] = [];
    const first = client.createFunction({ id: "first", triggers: { event: "a" } }, async ({ step, event }) => {
      const n = await step.run("double", () => {
        calls.push("double");
        return (event.data.n as number) * 2;
      });
      await step.sendEvent("tell", { name: "b", data: { n } });
      return n;
    });
    const second = client.createFunction({ id: "second", triggers: { event: "b" } }, ({ event }) => event.data.n + 1);
    const server = await startEmbedded([{ client, functions: [first, second] }]);
    const { ids } = await client.send({ name: "a", data: { n: 4 } });
    expect(await endOf(server, ids[0])).toMatchObject({ status: "Completed", output: "8" });
    const sent = await eventually(
      "event b",
      async () => (await server.store.listEvents({ name: "b", limit: 1 }))[0] ?? null,
    );
    expect(await endOf(server, sent.internalId)).toMatchObject({ status: "Completed", output: "9" });
    expect(calls).toEqual(["double"]);
  });

  test("runs outside of the asynchronous context of whoever sent its event or freed its place", async () => {
    const user = new AsyncLocalStorage<string>();
    const client = newClient();
    const seen: unknown[] = [];
    const fn = client.createFunction({ id: "look", triggers: { event: "a" } }, async ({ step }) => {
      seen.push(user.getStore());
      await step.sleep("a-bit", "10ms");
      seen.push(user.getStore());
      await step.run("look", () => seen.push(user.getStore()));
    });
    const server = await startEmbedded([{ client, functions: [fn] }]);
    const { ids } = await user.run("alice", () => client.send({ name: "a", data: {} }));
    await endOf(server, ids[0]);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  test("fails, is retried, and tells its failure handler", async () => {
    const client = newClient();
    const told: string[] = [];
    const fn = client.createFunction(
      {
        id: "bad",
        retries: 1,
        triggers: { event: "a" },
        onFailure: ({ error }) => {
          told.push(error.message);
        },
      },
      ({ attempt }) => {
        throw new Error(`attempt ${attempt}`);
      },
    );
    const server = await startEmbedded([{ client, functions: [fn] }]);
    const { ids } = await client.send({ name: "a" });
    expect(await endOf(server, ids[0])).toMatchObject({ status: "Failed" });
    expect(await eventually("the failure handler", async () => told[0] ?? null)).toBe("attempt 1");
  });

  test("goes on after a restart on the same folder", async () => {
    const store = await tempDirectory("embedded");
    const build = () => {
      const client = newClient();
      const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, async ({ step }) => {
        const before = await step.run("before", () => process.hrtime.bigint().toString());
        await step.sleep("nap", "1s");
        return before;
      });
      return { client, functions: [fn] };
    };
    const one = build();
    const first = await startEmbedded([one], { store });
    const { ids } = await one.client.send({ name: "a" });
    await eventually("the nap", async () => {
      const [run] = await first.store.listRunsOfEvent(ids[0] ?? "");
      return run && (await first.store.listSteps(run.id)).some((step) => step.status === "Sleeping") ? run : null;
    });
    await first.stop();
    await expect(one.client.send({ name: "a" })).rejects.toThrow(/event key|Cannot reach/);
    const second = await startEmbedded([build()], { store });
    expect(await endOf(second, ids[0])).toMatchObject({ status: "Completed" });
  });

  test("is served over HTTP too when a port is given", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, () => "done");
    const server = await startEmbedded([{ client, functions: [fn] }], { port: 0 });
    const response = await fetch(`${server.url}/e/any`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "a" }),
    });
    const { ids } = (await response.json()) as { ids: string[] };
    expect(await endOf(server, ids[0])).toMatchObject({ status: "Completed", output: '"done"' });
  });

  test("is closed to unsigned calls when it is served over HTTP as well", async () => {
    const client = new Inngest({ id: "small", logger: silent, isDev: false, signingKey: "aabbccdd", eventKey: "k" });
    const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, ({ step }) => step.run("s", () => "done"));
    const handler = serve({ client, functions: [fn] });
    const server = await startEmbedded([{ client, functions: [fn] }]);
    const { ids } = await client.send({ name: "a" });
    expect(await endOf(server, ids[0])).toMatchObject({ status: "Completed" });
    const body = JSON.stringify({ event: { name: "a" }, events: [], steps: {}, ctx: { run_id: "r" }, version: 1 });
    const url = "http://app.example/api/inngest?fnId=small-f&stepId=step";
    expect((await handler(new Request(url, { method: "POST", body }))).status).toBe(401);
  });

  test("whose run is cancelled has its answer dropped", async () => {
    const client = newClient();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, () => held);
    const server = await startEmbedded([{ client, functions: [fn] }]);
    const { ids } = await client.send({ name: "a" });
    const run = await eventually("the call", async () => {
      const [item] = server.engine.running();
      return item?.runId ?? null;
    });
    await server.engine.cancelRun(run);
    release();
    expect(await endOf(server, ids[0])).toMatchObject({ status: "Cancelled" });
    expect(server.engine.running()).toEqual([]);
  });
});

test("only an engine with apps of its own takes its death for a crash of what it ran", async () => {
  const client = newClient();
  const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, () => new Promise<never>(() => undefined));
  const store = await tempDirectory("crashed");
  const server = await startEmbedded([{ client, functions: [fn] }], { store });
  await client.send({ name: "a" });
  const runId = await eventually("the call", async () => server.engine.running()[0]?.runId ?? null);
  const crashesAfterDeath = async (apps: EmbeddedApp[]): Promise<number | undefined> => {
    const left = await tempDirectory("left-behind");
    await cp(store, left, { recursive: true });
    const next = createServer({ store: left, apps, port: null, logger: silent });
    onTestFinished(() => next.stop(0));
    return (await next.store.listItems(runId))[0]?.crashes;
  };
  expect(await crashesAfterDeath([{ client, functions: [fn] }])).toBe(1);
  expect(await crashesAfterDeath([])).toBe(0);
});

describe("apps that cannot be embedded", () => {
  const refused = (apps: unknown) =>
    expect(startEmbedded(apps as EmbeddedApp[])).rejects.toMatchObject({ name: "EngineError", code: "invalid_config" });

  test("are refused, each for its reason", async () => {
    const client = newClient();
    const fn = client.createFunction({ id: "f", triggers: { event: "a" } }, () => 1);
    await refused([{ client }]);
    await refused([{ client, functions: [] }]);
    await refused([{ functions: [fn] }]);
    await refused([
      { client, functions: [fn] },
      { client, functions: [fn] },
    ]);
    await refused([{ client: { id: "foreign" }, functions: [fn] }]);
  });

  test.each([
    ["nothing", undefined, /^serve\(.*is undefined/],
    ["no client", { functions: [] }, /`client` is missing/],
    [
      "something else as its client",
      { client: { id: "foreign" }, functions: [] },
      /`client`.*this package's new Inngest/,
    ],
    ["no functions", { client: newClient() }, /`functions` is missing/],
  ])("an app that has %s is refused by the SDK itself, before it reads it", async (_, app, message) => {
    const { connectInProcess } = await import("stepwell/in-process");
    const engine = { url: "http://in-process.test/", fetch, now: () => 0, seed: () => "" };
    expect(() => connectInProcess(app as never, engine)).toThrow(message);
  });

  test("are refused when the engine does not take their functions", async () => {
    const client = newClient();
    const bad = client.createFunction({ id: "f", triggers: { event: "a", if: "event.data.(" } }, () => 1);
    await expect(startEmbedded([{ client, functions: [bad] }])).rejects.toMatchObject({ code: "invalid_registration" });
  });

  test("do not leave the folder locked behind", async () => {
    const store = await tempDirectory("embedded");
    const appUrls = ["not a url at all"];
    expect(() => createServer({ store, appUrls, logger: silent })).toThrow(/is not a url/);
    await startEmbedded([], { store, port: 0 });
  });
});

describe("the in-process caller", () => {
  const call = {
    url: `${inProcessUrl("app")}?fnId=app-f`,
    stepId: "step",
    body: "{}",
    canonicalBody: () => "{}",
    runId: "run",
    requestId: "request",
    jobId: "job",
    generationId: 1,
    requestVersion: 2,
    functionId: "function",
    appId: "app",
  };
  const setUp = (handle?: (request: { url: string }) => Promise<never>, responseBytes?: number) => {
    const clock = createManualClock();
    const remote = {
      call: () => Promise.resolve({ kind: "result", output: '"remote"', requestVersion: 2 } as const),
      sync: () => Promise.resolve({ kind: "registered", modified: true } as const),
      probe: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    };
    const handlers = new Map(handle === undefined ? [] : [["app", handle]]);
    const limit = responseBytes === undefined ? {} : { responseBytes };
    return { clock, caller: createInProcessSdkCaller({ handlers, clock, remote, callTimeoutMs: 1000, ...limit }) };
  };
  const never = () => new Promise<never>(() => undefined);

  test("leaves other addresses to the remote one", async () => {
    const { caller } = setUp();
    const url = "http://elsewhere.test/api";
    expect(await caller.call({ ...call, url }, new AbortController().signal)).toMatchObject({ output: '"remote"' });
    expect(await caller.sync(url, "d1")).toEqual({ kind: "registered", modified: true });
    expect(await caller.probe(url, 1)).toBe(true);
    await caller.close();
  });

  test("says so when the app is not in this process any more", async () => {
    const { caller } = setUp();
    const answer = await caller.call(call, new AbortController().signal);
    expect(answer).toMatchObject({ kind: "failure", error: { code: "unreachable", message: /createServer\(\{ apps/ } });
    expect(await caller.sync(inProcessUrl("app"), "d1")).toMatchObject({ kind: "failed", code: "unreachable" });
    expect(await caller.probe(inProcessUrl("app"), 1)).toBe(false);
  });

  test("gives a call up when its time is over", async () => {
    const { caller, clock } = setUp(never);
    const answer = caller.call(call, new AbortController().signal);
    await clock.advance(1000, () => Promise.resolve());
    expect(await answer).toMatchObject({ kind: "failure", error: { code: "timeout" } });
  });

  test("rejects when the call is aborted", async () => {
    const { caller } = setUp(never);
    const abort = new AbortController();
    const answer = caller.call(call, abort.signal);
    abort.abort(new Error("cancelled"));
    await expect(answer).rejects.toThrow("cancelled");
  });

  test("refuses an answer that is too large", async () => {
    const large = () => Promise.resolve({ status: 200, headers: {}, body: "123456" } as never);
    const { caller } = setUp(large, 5);
    const answer = await caller.call(call, new AbortController().signal);
    expect(answer).toMatchObject({ kind: "failure", error: { code: "output_too_large" } });
  });
});
