/**
 * A state moves from one store to another and everything in it goes on: `stepwell export` and `import` between SQLite and Postgres.
 * Files and flags: test/server/cli/state-commands.test.ts. The server is that of test/postgres/global-setup.ts.
 */
import { join } from "node:path";
import { Inngest, NonRetriableError } from "stepwell";
import { describe, expect, it, onTestFinished } from "vitest";
import { createServer, type StepwellServer } from "../../server/src/main.ts";
import { openStoreAdmin } from "../../server/src/open-store.ts";
import { eventually } from "../helpers/eventually.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { createShiftingClock } from "../helpers/shifting-clock.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";
import { runCommand } from "../server/cli/fake-terminal.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const hourMs = 3_600_000;

interface Place {
  store: string | { uri: string; namespace: string };
  flags: string[];
}

const kinds = {
  SQLite: async (): Promise<Place> => {
    const directory = join(await tempDirectory("moved"), "state");
    return { store: directory, flags: ["--data", directory] };
  },
  Postgres: async (): Promise<Place> => {
    const [uri, namespace] = [postgresUri(), newNamespace()];
    return { store: { uri, namespace }, flags: ["--postgres-uri", uri, "--postgres-namespace", namespace] };
  },
};

/** An app with a function for each way in which a run may wait. `broken`: whether what it depends on is away. */
function createApp() {
  const world = { broken: true };
  const client = new Inngest({ id: "shop", isDev: true, logger: silent });
  const on = (name: string) => ({ triggers: [{ event: `shop/${name}` }] });
  const sleep = client.createFunction({ id: "sleep", ...on("sleep") }, async ({ step }) => {
    const before = await step.run("before", () => "kept");
    await step.sleep("long", "1h");
    return `${before}, awake`;
  });
  const functions = [
    sleep,
    client.createFunction({ id: "wait", ...on("wait") }, async ({ step }) => {
      const found = await step.waitForEvent("paid", { event: "shop/paid", match: "data.order", timeout: "9h" });
      return found?.data.order;
    }),
    client.createFunction({ id: "signal", ...on("signal") }, async ({ step }) => {
      const found = await step.waitForSignal("go", { signal: "go", timeout: "9h" });
      return found?.data;
    }),
    client.createFunction({ id: "cancelled", cancelOn: [{ event: "shop/cancel" }], ...on("cancelled") }, ({ step }) =>
      step.sleep("long", "90d"),
    ),
    client.createFunction({ id: "invoke", ...on("invoke") }, ({ step }) => step.invoke("child", { function: sleep })),
    client.createFunction({ id: "retry", retries: 2, ...on("retry") }, () => {
      if (world.broken) throw new Error("away");
      return "mended";
    }),
    client.createFunction({ id: "fail", retries: 0, ...on("fail") }, () => {
      if (world.broken) throw new NonRetriableError("refused");
      return "mended";
    }),
    client.createFunction({ id: "throttled", throttle: { limit: 1, period: "1h" }, ...on("throttled") }, () => "turn"),
    client.createFunction(
      { id: "debounced", debounce: { period: "2h" }, ...on("debounced") },
      ({ event }) => event.data.n,
    ),
    client.createFunction(
      { id: "batched", batchEvents: { maxSize: 3, timeout: "1h" }, ...on("batched") },
      ({ events }) => events.map(({ data }) => data.n),
    ),
    client.createFunction({ id: "paused", ...on("paused") }, () => "resumed"),
    client.createFunction({ id: "once", idempotency: "event.data.id", ...on("once") }, () => "first"),
    client.createFunction({ id: "limited", rateLimit: { limit: 1, period: "20h" }, ...on("limited") }, () => "first"),
    client.createFunction({ id: "single", singleton: { mode: "skip" }, ...on("single") }, ({ step }) =>
      step.sleep("long", "90d"),
    ),
    client.createFunction({ id: "scheduled", ...on("never") }, () => "ticked"),
  ];
  return { client, functions, world };
}

type App = ReturnType<typeof createApp>;

async function startEngine({ store }: Place, app: App, aheadMs: number): Promise<StepwellServer> {
  const clock = createShiftingClock();
  clock.advance(aheadMs);
  const { client, functions } = app;
  const apps = [{ client, functions }];
  const server = createServer({ store, apps, clock, port: null, retryIntervalMs: hourMs, logger: silent });
  await server.start();
  onTestFinished(async () => {
    await server.stop();
    clock.clear();
  });
  return server;
}

const namesOnce = ["sleep", "wait", "signal", "cancelled", "invoke", "retry", "fail", "paused", "limited", "single"];

/** Leaves runs of every kind behind. Returns the ids of their events, by name and number. */
async function fill(app: App, engine: StepwellServer): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const send = async (name: string, data: Record<string, unknown>, key = name): Promise<void> => {
    const { ids: sent } = await app.client.send({ name: `shop/${name}`, data });
    ids.set(key, sent[0] ?? "");
  };
  await engine.engine.operations.pause({ scope: "function", target: "shop-paused", reason: "test", author: "test" });
  await engine.engine.operations.createSchedule({ cron: "0 * * * *", function: "shop-scheduled" });
  for (const name of namesOnce) await send(name, { order: 7 });
  for (const n of [1, 2]) {
    await send("throttled", { n }, `throttled ${n}`);
    await send("debounced", { n }, `debounced ${n}`);
    await send("batched", { n }, `batched ${n}`);
  }
  await send("once", { id: 1 });
  const status = async (key: string): Promise<string | undefined> => {
    const [run] = await engine.store.listRunsOfEvent(ids.get(key) ?? "");
    if (run === undefined || run.pendingCount > 0) return run?.status;
    return `${run.status}${(await engine.store.listAttempts(run.id)).length > 0 ? ", tried" : ""}`;
  };
  const expected = {
    fail: "Failed, tried",
    "throttled 1": "Completed",
    once: "Completed",
    limited: "Completed",
    retry: "Running, tried",
  };
  for (const [key, wanted] of Object.entries(expected))
    await eventually(`${key} to be ${wanted}`, async () => ((await status(key)) === wanted ? true : null));
  for (const key of ["sleep", "wait", "signal", "cancelled", "invoke", "single"])
    await eventually(`${key} to wait`, async () => {
      const [run] = await engine.store.listRunsOfEvent(ids.get(key) ?? "");
      return run !== undefined && run.pendingCount > 0 ? true : null;
    });
  return ids;
}

/** In an engine hours later, with a new life of the app. */
async function finish(app: App, engine: StepwellServer, ids: Map<string, string>): Promise<Record<string, unknown>> {
  app.world.broken = false;
  const send = (name: string, data: Record<string, unknown>) => app.client.send({ name: `shop/${name}`, data });
  await send("paid", { order: 8 });
  await send("paid", { order: 7 });
  await send("cancel", {});
  const again = await send("once", { id: 1 });
  const limited = await send("limited", { order: 8 });
  const single = await send("single", { order: 8 });
  await engine.engine.signal({ body: { signal: "go", data: "gone" } });
  await engine.engine.operations.resume({ scope: "function", target: "shop-paused" });
  const [failed] = await engine.store.listRunsOfEvent(ids.get("fail") ?? "");
  const { runId } = await engine.engine.operations.retryDeadLetter(failed?.id ?? "", {});
  const scheduled = engine.engine.functions().find(({ slug }) => slug === "shop-scheduled");
  const outcomes: Record<string, unknown> = {};
  const note = (key: string, find: () => Promise<{ status: string; output: string | null } | undefined | null>) =>
    eventually(`${key} to end`, async () => {
      const run = await find();
      if (run === undefined || run === null || run.status === "Running" || run.status === "Queued") return null;
      outcomes[key] = run.status === "Completed" ? JSON.parse(run.output ?? "null") : run.status;
      return true;
    });
  const held = ["sleep", "wait", "signal", "cancelled", "invoke", "retry", "paused", "throttled 2", "debounced 2"];
  for (const key of [...held, "batched 1"])
    await note(key, async () => (await engine.store.listRunsOfEvent(ids.get(key) ?? ""))[0]);
  await note("dead letter", () => engine.store.getRun(runId));
  await note(
    "schedule",
    async () => (await engine.store.listRuns({ functionIds: [scheduled?.id ?? ""], limit: 1 }))[0],
  );
  const runsOf = async ({ ids: sent }: { ids: string[] }): Promise<string[]> =>
    (await engine.store.listRunsOfEvent(sent[0] ?? "")).map(({ status }) => status);
  outcomes["refused"] = [await runsOf(again), await runsOf(limited), await runsOf(single)].flat();
  return outcomes;
}

const outcomes = {
  sleep: "kept, awake",
  wait: 7,
  signal: "gone",
  cancelled: "Cancelled",
  invoke: "kept, awake",
  retry: "mended",
  paused: "resumed",
  "throttled 2": "turn",
  "debounced 2": 2,
  "batched 1": [1, 2],
  "dead letter": "mended",
  schedule: "ticked",
  refused: ["Skipped"],
};

/** What an archive holds, without the counters, which stores have in their own ways. */
async function contentOf({ store }: Place): Promise<string[]> {
  const admin = openStoreAdmin(store);
  const lines: string[] = [];
  for await (const { table, columns, rows } of admin.dump())
    if (table !== "wait_counters")
      for (const row of rows)
        lines.push(`${table} ${JSON.stringify(Object.fromEntries(columns.map((name, n) => [name, row[n]]).sort()))}`);
  await admin.close();
  return lines.sort();
}

describe("a state with runs that wait in every way", () => {
  it.each([
    ["SQLite", "Postgres"],
    ["Postgres", "SQLite"],
  ] as const)("moves from %s to %s, and every run ends as it should", async (from, to) => {
    const [old, fresh, back] = [await kinds[from](), await kinds[to](), await kinds[from]()];
    const app = createApp();
    const before = await startEngine(old, app, 0);
    const ids = await fill(app, before);
    await before.stop();
    const file = join(await tempDirectory("archive"), "state.jsonl.gz");
    const move = async (source: Place, target: Place): Promise<void> => {
      expect((await runCommand(["export", file, "--force", ...source.flags])).error).toBeNull();
      expect((await runCommand(["import", file, ...target.flags])).error).toBeNull();
    };
    await move(old, fresh);
    const moved = await contentOf(fresh);
    expect(moved.length).toBeGreaterThan(50);
    await move(fresh, back);
    expect(await contentOf(back)).toEqual(moved);

    const later = createApp();
    const after = await startEngine(fresh, later, 3 * hourMs);
    expect(await finish(later, after, ids)).toEqual(outcomes);
  });
});

it("an import is refused while an engine uses the namespace, and taken when it has gone", async () => {
  const place = await kinds.Postgres();
  const source = await kinds.SQLite();
  const file = join(await tempDirectory("archive"), "state.jsonl");
  expect((await runCommand(["migrate", ...source.flags])).error).toBeNull();
  expect((await runCommand(["export", file, ...source.flags])).error).toBeNull();
  const engine = createServer({ store: place.store, port: null, logger: silent });
  await engine.start();
  expect((await runCommand(["import", file, ...place.flags])).error).toMatchObject({
    code: "store_busy",
    message: expect.stringMatching(/An engine works on .*Stop all engines/),
  });
  await engine.stop();
  expect((await runCommand(["import", file, ...place.flags])).error).toBeNull();
});

it("migrate says which version a Postgres has, and never shows its password", async () => {
  const { flags } = await kinds.Postgres();
  expect((await runCommand(["migrate", ...flags])).error).toBeNull();
  const { out } = await runCommand(["migrate", "--status", ...flags]);
  expect(out).toMatch(/^Postgres .*: version \d+, up to date\.$/);
  const { password } = new URL(postgresUri().replace(/^postgres(ql)?:/, "http:"));
  expect(password === "" || !out.includes(password)).toBe(true);
});
