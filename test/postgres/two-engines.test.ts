/**
 * Two engines on one Postgres, in this process, each with its own connections: what one of them knows, the other must find.
 * The server is that of test/postgres/global-setup.ts.
 */
import { json } from "node:stream/consumers";
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";
import { expect, test } from "vitest";
import type { Notifier } from "../../server/src/ports/notifier.ts";
import { eventually } from "../helpers/eventually.ts";
import { type LocalEngine, serveLocally, startLocalEngine } from "../helpers/local-engine.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Pair {
  a: LocalEngine;
  b: LocalEngine;
}

/** `more` is for the first engine, 0, or the second, 1. */
async function startPair(more: (index: 0 | 1) => Parameters<typeof startLocalEngine>[0] = () => ({})): Promise<Pair> {
  const store = { uri: postgresUri(), namespace: newNamespace(), connections: 5 };
  const a = await startLocalEngine({ store, ...more(0) });
  const b = await startLocalEngine({ store, ...more(1) });
  return { a, b };
}

/** Serves what `define` makes, and has `engine` sync it. */
async function serve(
  engine: LocalEngine,
  define: (client: Inngest) => ReturnType<Inngest["createFunction"]>,
): Promise<void> {
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: engine.server.url, logger: silent });
  const app = createServer({ client, functions: [define(client)] });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  expect(await engine.server.engine.syncUrl(`${origin}/api/inngest`)).toMatchObject({ kind: "registered" });
}

const triggers = [{ event: "shop/go" }];

test("an event that one acknowledges starts the run of an app that has just registered at the other", async () => {
  const { a, b } = await startPair();
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers }, ({ step }) => step.run("once", () => "done")),
  );
  const [id = ""] = await b.api.send({ name: "shop/go" });
  await b.api.endedRuns(id, 1);
  expect(await a.api.runsOfEvent(id)).toMatchObject([{ status: "Completed", output: "done" }]);
});

test("what both can do is done once, however many runs there are", async () => {
  const { a, b } = await startPair();
  const ran: string[] = [];
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers }, async ({ event, step }) => {
      await step.run("first", () => ran.push(`${event.data.n} first`));
      await step.run("second", () => ran.push(`${event.data.n} second`));
    }),
  );
  await eventually("the other to know the app", () => (b.server.engine.functions().length === 1 ? true : null));
  const events = Array.from({ length: 30 }, (_, n) => ({ name: "shop/go", data: { n } }));
  const ids = (await Promise.all(events.map((event, n) => (n % 2 ? a : b).api.send(event)))).flat();
  await Promise.all(ids.map((id) => a.api.endedRuns(id, 1)));
  const expected = events.flatMap(({ data }) => [`${data.n} first`, `${data.n} second`]);
  expect([...ran].sort()).toEqual(expected.sort());
});

test("a concurrency limit holds over both", async () => {
  const { a, b } = await startPair();
  let running = 0;
  let most = 0;
  // The first waits for a second one, which the limit lets through.
  let meet = (): void => {};
  const met = new Promise<void>((resolve) => {
    meet = resolve;
  });
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers, concurrency: 2 }, async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 2) meet();
      await met;
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    }),
  );
  await eventually("the other to know the app", () => (b.server.engine.functions().length === 1 ? true : null));
  const events = Array.from({ length: 24 }, () => ({ name: "shop/go" }));
  const ids = (await Promise.all(events.map((event, n) => (n % 2 ? a : b).api.send(event)))).flat();
  await Promise.all(ids.map((id) => b.api.endedRuns(id, 1)));
  expect(most).toBe(2);
});

test("a run that one cancels ends the call that the other makes", async () => {
  const { a, b } = await startPair();
  let begun = 0;
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers }, async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    }),
  );
  const [id = ""] = await a.api.send({ name: "shop/go" });
  await eventually("the call to begin", () => (begun > 0 ? true : null));
  const [run] = await a.api.runsOfEvent(id);
  const [caller, other] = a.server.engine.running().length > 0 ? [a, b] : [b, a];
  await other.server.engine.cancelRun(run?.run_id ?? "");
  await eventually("the call to end", () => (caller.server.engine.running().length === 0 ? true : null));
  expect(await a.api.runsOfEvent(id)).toMatchObject([{ status: "Cancelled" }]);
});

test("a step that is saved at one counts when the other takes the answer of its call", async () => {
  const { a, b } = await startPair(() => ({ limits: { runStateBytes: 1_000 } }));
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: a.server.url, logger: silent });
  const f = client.createFunction({ id: "f", retries: 0, triggers }, () => undefined);
  const app = createServer({ client, functions: [f] });
  const step = (id: string) => ({ id, op: "StepRun", name: id, displayName: id, data: "x".repeat(600) });
  const saved: unknown[] = [];
  const { origin } = await serveLocally(async (request, response) => {
    if (request.method !== "POST") return void app.emit("request", request, response);
    const { ctx } = (await json(request)) as { ctx: Record<string, unknown> };
    const { run_id, fn_id, qi_id, generation_id } = ctx;
    const body = JSON.stringify({ run_id, fn_id, qi_id, generation_id, steps: [step("saved at b")] });
    const headers = { "content-type": "application/json" };
    const save = await fetch(`${b.server.url}/v1/checkpoint/${run_id}/async`, { method: "POST", headers, body });
    saved.push(save.ok ? 200 : await save.text());
    const protocol = { "x-inngest-sdk": "js:v4.0.0", "x-inngest-req-version": "2" };
    response.writeHead(206, { ...headers, ...protocol });
    response.end(JSON.stringify([step("answered to a")]));
  });
  expect(await a.server.engine.syncUrl(`${origin}/api/inngest`)).toMatchObject({ kind: "registered" });
  // Who takes the event makes the call.
  const [id = ""] = await a.api.send({ name: "shop/go" });
  await a.api.endedRuns(id, 1);

  expect(saved).toEqual([200]);
  expect(await b.api.runsOfEvent(id)).toMatchObject([
    { status: "Failed", output: expect.objectContaining({ name: "InngestErrStateOverflowed" }) },
  ]);
});

test("a pause at one that cancels ends the call that the other makes, and who looks at either hears of it live", async () => {
  const heard: string[][] = [[], []];
  const hear = (list: string[] | undefined): Notifier => ({ notify: ({ kind }) => void list?.push(kind) });
  const { a, b } = await startPair((index) => ({ notifier: hear(heard[index]) }));
  let begun = 0;
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers }, async () => {
      begun += 1;
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    }),
  );
  const [id = ""] = await a.api.send({ name: "shop/go" });
  await eventually("the call to begin", () => (begun > 0 ? true : null));
  const [caller, other] = a.server.engine.running().length > 0 ? [a, b] : [b, a];
  const why = { reason: "wrong prices", author: "ana" };
  await other.server.engine.operations.pause({ scope: "function", target: "shop-f", ...why, running: "cancel" });
  await eventually("the call to end", () => (caller.server.engine.running().length === 0 ? true : null));
  expect(await a.api.runsOfEvent(id)).toMatchObject([{ status: "Cancelled" }]);
  for (const list of heard) await eventually("both to hear", () => (list.includes("run-ended") ? true : null));
  for (const list of heard)
    expect(list.filter((kind) => kind === "run-started" || kind === "run-ended")).toHaveLength(2);
});

test("one of them leads, and the other takes over when it stops", async () => {
  const { a, b } = await startPair();
  const leaders = (): LocalEngine[] => [a, b].filter(({ server }) => server.leads());
  expect(leaders()).toHaveLength(1);
  const [leader] = leaders();
  const other = leader === a ? b : a;
  await leader?.server.stop();
  await eventually("the other to lead", () => (other.server.leads() ? true : null));
});

test("a run that sleeps is woken by the other when its engine is gone", async () => {
  const { a, b } = await startPair();
  await serve(a, (client) =>
    client.createFunction({ id: "f", triggers }, async ({ step }) => {
      await step.sleep("a moment", "1s");
      return step.run("after", () => "awake");
    }),
  );
  const [id = ""] = await a.api.send({ name: "shop/go" });
  await eventually("the run to sleep", async () => {
    const [run] = await a.server.store.listRunsOfEvent(id);
    return run !== undefined && run.pendingCount === 1 ? true : null;
  });
  await a.server.stop();
  await b.api.endedRuns(id, 1);
  expect(await b.api.runsOfEvent(id)).toMatchObject([{ status: "Completed", output: "awake" }]);
});
