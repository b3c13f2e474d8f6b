/** Apps that answer what they should not, or nothing: the run fails or goes on, and says why. */
import type { RequestListener, ServerResponse } from "node:http";
import { expect, test } from "vitest";
import type { RunJson } from "../helpers/engine-api.ts";
import { type LocalEngine, serveLocally, startLocalEngine } from "../helpers/local-engine.ts";

const sdkHeaders = { "x-inngest-sdk": "js:v4.0.0", "x-inngest-req-version": "2", "content-type": "application/json" };

function register(engine: LocalEngine, origin: string, retries: number): Promise<Response> {
  const url = `${origin}/api/inngest`;
  const step = {
    id: "step",
    name: "step",
    runtime: { type: "http", url: `${url}?fnId=odd-f&stepId=step` },
    retries: { attempts: retries },
  };
  return engine.api.fetch("/fn/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      url,
      deployType: "ping",
      framework: "none",
      appName: "odd",
      sdk: "js:v4.0.0",
      v: "0.1",
      functions: [{ id: "odd-f", name: "f", triggers: [{ event: "odd/go" }], steps: { step } }],
    }),
  });
}

/** One run against an app that treats every call as `listener` does. */
async function runAgainst(
  listener: (response: ServerResponse, call: number) => void,
  options: { retries?: number; callTimeoutMs?: number } = {},
): Promise<{ run: RunJson; calls: number }> {
  const { retries = 1, ...engineOptions } = options;
  const engine = await startLocalEngine(engineOptions);
  let calls = 0;
  const listenerOfApp: RequestListener = (request, response) => {
    request.resume();
    request.on("end", () => listener(response, ++calls));
  };
  const { origin } = await serveLocally(listenerOfApp);
  expect((await register(engine, origin, retries)).status).toBe(200);
  const [id] = await engine.api.send({ name: "odd/go" });
  const [run] = await engine.api.endedRuns(id!);
  return { run: run!, calls };
}

const messageOf = (run: RunJson): string => (run.output as { message: string }).message;

test("HTML instead of an answer: retried, then failed, and the message says that it was no SDK", async () => {
  const { run, calls } = await runAgainst((response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>Welcome</title>");
  });
  expect(run.status).toBe("Failed");
  expect(calls).toBe(2);
  expect(messageOf(run)).toMatch(/SDK/);
});

test("an HTML error page: failed with its status", async () => {
  const { run } = await runAgainst((response) => {
    response.writeHead(500, { "content-type": "text/html" });
    response.end("<h1>Server error</h1>");
  });
  expect(run.status).toBe("Failed");
  expect(messageOf(run)).toMatch(/500/);
});

test("an app that hangs: given up after the call timeout", async () => {
  const { run, calls } = await runAgainst(() => {}, { callTimeoutMs: 200 });
  expect(run.status).toBe("Failed");
  expect(calls).toBe(2);
  expect(messageOf(run)).toMatch(/time|answer/i);
});

test("an app that resets the connection: retried, then failed", async () => {
  const { run, calls } = await runAgainst((response) => response.socket?.resetAndDestroy());
  expect(run.status).toBe("Failed");
  expect(calls).toBe(2);
  expect(messageOf(run)).toMatch(/connection|server/i);
});

test("an app that stops in the middle of its answer: failed", async () => {
  const { run } = await runAgainst((response) => {
    response.writeHead(200, { ...sdkHeaders, "content-length": "100" });
    response.write('{"half":');
    setTimeout(() => response.socket?.destroy(), 20);
  });
  expect(run.status).toBe("Failed");
  expect(messageOf(run)).toMatch(/connection|server|closed/i);
});

test("10 MiB of answer: refused, and the message gives the limit", async () => {
  const { run } = await runAgainst((response) => {
    response.writeHead(200, sdkHeaders);
    response.end(JSON.stringify("x".repeat(10 * 2 ** 20)));
  });
  expect(run.status).toBe("Failed");
  expect(messageOf(run)).toMatch(/8 ?MiB|MiB|bytes/);
});

test("a 206 that is not a list of operations: failed", async () => {
  const { run } = await runAgainst((response) => {
    response.writeHead(206, sdkHeaders);
    response.end('[{"op":"Juggle","id":"x"}]');
  });
  expect(run.status).toBe("Failed");
  expect(messageOf(run)).toContain("Juggle");
});

test("a bad answer once, then a good one: completed", async () => {
  const { run, calls } = await runAgainst((response, call) => {
    if (call === 1) return void response.socket?.resetAndDestroy();
    response.writeHead(200, sdkHeaders);
    response.end('"fine"');
  });
  expect(run).toMatchObject({ status: "Completed", output: "fine" });
  expect(calls).toBe(2);
});

test("an app that goes away in mid-run and comes back: the run completes, with no step run twice", async () => {
  const engine = await startLocalEngine({ retryIntervalMs: 50 });
  const stepIds: string[] = [];
  let back = false;
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { steps } = JSON.parse(body) as { steps: Record<string, unknown> };
    const next = ["one", "two"].find((id) => !(id in steps));
    response.writeHead(next === undefined ? 200 : 206, sdkHeaders);
    if (next === undefined) return void response.end('"both"');
    stepIds.push(next);
    response.end(JSON.stringify([{ op: "StepRun", id: next, name: next, displayName: next, data: stepIds.length }]));
    if (next === "one") away();
  };
  const first = await serveLocally(listener);
  const port = Number(new URL(first.origin).port);
  let left: Promise<void> = Promise.resolve();
  function away(): void {
    left = new Promise((resolve) => setImmediate(() => void first.close().then(resolve)));
  }
  expect((await register(engine, first.origin, 20)).status).toBe(200);
  const [id] = await engine.api.send({ name: "odd/go" });
  const runs = await engine.api.endedRuns(id!, 1, async () => {
    await left;
    const [run] = await engine.api.runsOfEvent(id!);
    if (stepIds.length === 0 || back || run === undefined) return;
    const [item] = await engine.server.store.listItems(run.run_id);
    if ((item?.unreachable?.tries ?? 0) === 0) return;
    back = true;
    await serveLocally(listener, port);
  });
  expect(runs).toMatchObject([{ status: "Completed", output: "both" }]);
  expect(stepIds).toEqual(["one", "two"]);
});
