/** The app of the kill test of behaviour: one function for each kind of durable state. Tells the test what runs. Run as a process. */
import { Inngest } from "stepwell";
import { serveApp } from "./serve-app.ts";

const client = new Inngest({
  id: "keep",
  isDev: true,
  baseUrl: process.env.ENGINE_URL ?? "",
  checkpointing: false,
  logger: { debug() {}, info() {}, warn() {}, error() {} },
});

interface Data {
  n: number;
  k: number;
}

const active = new Map<string, number>();

/** Runs for a moment and tells how many of the same `limit` do. `stage` counts the steps of a run, from 0. */
async function work(name: string, { n }: Data, stage: number, limit: string | null = null): Promise<string> {
  const now = limit === null ? 1 : (active.get(limit) ?? 0) + 1;
  if (limit !== null) active.set(limit, now);
  process.send?.({ kind: name, n, stage, limit, active: now });
  await new Promise((resolve) => setTimeout(resolve, 10));
  if (limit !== null) active.set(limit, (active.get(limit) ?? 0) - 1);
  return `${name}${n}`;
}

const on = (kind: string): { event: string } => ({ event: `keep/${kind}` });
const data = (event: { data: unknown }): Data => event.data as Data;
const key = "event.data.k";

const event = client.createFunction({ id: "event", retries: 20, triggers: [on("event")] }, async ({ event, step }) => {
  await step.run("a", () => work("event", data(event), 0));
  const met = await step.waitForEvent("w", {
    event: "keep/go",
    timeout: "1h",
    if: `async.data.n == ${data(event).n}`,
  });
  await step.run("b", () => work("event", data(event), 1));
  return met?.data.n;
});

const signal = client.createFunction(
  { id: "signal", retries: 20, triggers: [on("signal")] },
  async ({ event, step }) => {
    const { n } = data(event);
    const met = await step.waitForSignal("w", { signal: `keep${n}`, timeout: "1h", onConflict: "fail" });
    await step.run("b", () => work("signal", data(event), 0));
    return (met?.data as Data | undefined)?.n;
  },
);

const child = client.createFunction({ id: "child", retries: 20, triggers: [on("child")] }, async ({ event, step }) =>
  step.run("a", () => work("child", data(event), 0)),
);

const parent = client.createFunction(
  { id: "parent", retries: 20, triggers: [on("parent")] },
  async ({ event, step }) => {
    const got = await step.invoke("w", { function: child, data: data(event) });
    await step.run("b", () => work("parent", data(event), 0));
    return got;
  },
);

const cancelled = client.createFunction(
  {
    id: "cancelled",
    retries: 20,
    triggers: [on("cancelled")],
    cancelOn: [{ event: "keep/stop", if: "async.data.n == event.data.n" }],
  },
  async ({ step }) => step.sleep("z", "1h"),
);

const bulk = client.createFunction({ id: "bulk", retries: 20, triggers: [on("bulk")] }, async ({ event, step }) => {
  await step.run("a", () => work("bulk", data(event), 0));
  await step.sleep("z", "1h");
});

const timed = client.createFunction(
  { id: "timed", retries: 20, triggers: [on("timed")], timeouts: { finish: "2s" } },
  async ({ step }) => step.sleep("z", "1h"),
);

/** Functions whose runs do one thing and end. */
const simple = (id: string, options: Record<string, unknown>, limit: (sent: Data) => string | null = () => null) =>
  client.createFunction(
    { id, retries: 20, triggers: [on(id)], ...options } as never,
    async ({ event, events, step }) => {
      await step.run("a", () => work(id, data(event), 0, limit(data(event))));
      return events.map((each) => data(each).n);
    },
  );

const functions = [
  event,
  signal,
  child,
  parent,
  cancelled,
  bulk,
  timed,
  simple("held", {}),
  simple("debounced", { debounce: { period: "1s", key } }),
  simple("batched", { batchEvents: { maxSize: 4, timeout: "1s" } }),
  simple("throttled", { throttle: { limit: 20, period: "1s" } }),
  simple("keyed", { concurrency: { limit: 2, key } }, ({ k }) => `keyed ${k}`),
  simple("whole", { concurrency: { limit: 1, scope: "fn" } }, () => "whole"),
  simple("single", { singleton: { mode: "skip", key } }, ({ k }) => `single ${k}`),
  simple("rated", { rateLimit: { limit: 3, period: "1h", key } }),
  simple("first", { idempotency: "event.data.k", priority: { run: "event.data.k" } }),
];

serveApp({ client, functions });
