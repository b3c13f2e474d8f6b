/** `stepwell tail` and `stepwell logs` of a function, against a real engine with an app in it. */
import { Inngest, NonRetriableError } from "stepwell";
import { createEngineClient, EngineApiError, type EngineClient } from "stepwell-server/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { followEngine } from "../../../server/src/cli/live/follow-engine.ts";
import type { LiveEntry } from "../../../server/src/cli/live/live-entry.ts";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let engine: StepwellServer;

beforeAll(async () => {
  const client = new Inngest({ id: "shop", isDev: true, logger: silent });
  const good = client.createFunction({ id: "good", triggers: { event: "shop/good" } }, async ({ step, logger }) => {
    await step.run("say", () => logger.info("hello \u001b[2J"));
    logger.warn("bye");
    return "done";
  });
  const bad = client.createFunction({ id: "bad", retries: 0, triggers: { event: "shop/bad" } }, ({ logger }) => {
    logger.error("no stock");
    throw new NonRetriableError("out of stock");
  });
  const again = client.createFunction({ id: "again", triggers: { event: "shop/again" } }, async ({ step }) => {
    await step.run("try", () => {
      throw new Error("not yet");
    });
  });
  const wait = client.createFunction({ id: "wait", triggers: { event: "shop/wait" } }, async ({ step }) => {
    await step.waitForEvent("paid", { event: "shop/paid", timeout: "1h" });
  });
  const apps = [{ client, functions: [good, bad, again, wait] }];
  engine = createServer({ mode: "dev", store: null, port: 0, logger: silent, apps });
  await engine.start();
});

afterAll(() => engine.stop(0));

const run = (args: string[], more: Parameters<typeof runCommand>[1] = {}): Promise<Outcome> =>
  runCommand(args, { env: { STEPWELL_URL: engine.url }, ...more });

/** Runs a command until what it printed holds all of these. `begun` is called when it follows. */
async function until(args: string[], wanted: (string | RegExp)[], begun: () => Promise<unknown>): Promise<string> {
  const stop = new AbortController();
  const lines: string[] = [];
  const missing = (): boolean =>
    !wanted.every((text) => (typeof text === "string" ? lines.join("\n").includes(text) : text.test(lines.join("\n"))));
  const following = run(args, {
    interrupted: () => stop.signal,
    isTerminal: true,
    warn: (line) => {
      if (line.startsWith("Following")) setImmediate(() => void begun());
    },
    print: (line) => {
      lines.push(line);
      if (!missing()) stop.abort();
    },
  });
  const { error, exitCode } = await following;
  expect([error, exitCode]).toEqual([null, 0]);
  return lines.join("\n");
}

const send = (name: string): Promise<unknown> => engine.engine.ingest({ body: { name, data: { n: 1 } }, seed: null });

it("tells of events, runs, steps, waits, retries and logs as they happen, and ends when it is interrupted", async () => {
  const out = await until(
    ["tail"],
    [
      /● event shop\/good +\{"n":1\}/,
      /▶ run {3}shop-good [0-9A-Z]{6} +started/,
      /· log {3}shop-good [0-9A-Z]{6} +INFO {2}say hello �\[2J/,
      /✓ step {2}shop-good [0-9A-Z]{6} +say/,
      /WARN {2}bye/,
      /✓ run {3}shop-good [0-9A-Z]{6} +completed in/,
      /✗ run {3}shop-bad [0-9A-Z]{6} +failed in .*out of stock/,
      /↻ retry shop-again [0-9A-Z]{6} +try attempt 1 of 5 failed, next in .*not yet/,
      /◌ wait {2}shop-wait [0-9A-Z]{6} +paid until/,
    ],
    () => Promise.all(["shop/good", "shop/bad", "shop/again", "shop/wait"].map(send)),
  );
  // Runs that ended are not told of again, however often the stream names them.
  expect(out.match(/completed in/g)).toHaveLength(1);
  expect(out).not.toContain("inngest/function.failed");
});

it("shows only what was asked for, as JSON lines", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const failed = run(["tail", "--function", "bad", "--function", "shop-good", "--status", "failed", "--json"], {
    interrupted: () => stop.signal,
    print: (line) => {
      lines.push(line);
      if (line.includes("run-ended")) stop.abort();
    },
  });
  const sending = setInterval(() => void send("shop/good").then(() => send("shop/bad")), 50);
  await failed;
  clearInterval(sending);
  const entries = lines.map((line) => JSON.parse(line));
  expect(new Set(entries.map(({ slug }) => slug))).toEqual(new Set(["shop-bad"]));
  const first = entries.filter(({ run_id }) => run_id === entries[0].run_id);
  expect(first).toMatchObject([
    { kind: "run-started", at: expect.stringMatching(/Z$/) },
    { kind: "log", level: "error", text: "no stock", step: null },
    { kind: "log", level: "error" },
    { kind: "run-ended", status: "Failed", error: "NonRetriableError: out of stock" },
  ]);
});

it("refuses a status and a function that are none", async () => {
  expect((await run(["tail", "--status", "odd"])).error?.message).toMatch(/^--status is "odd": expected one of queued/);
  expect((await run(["tail", "--function", "nope"])).error?.message).toMatch(/serves no function "nope"/);
});

it("shows the logs of the newest runs of a function, and follows those that come", async () => {
  await run(["run", "good"]);
  const shown = await run(["logs", "good", "--runs", "1", "--level", "warn"]);
  expect(shown.out).toMatch(/^[\d:.]{12} {2}· log {3}shop-good [0-9A-Z]{6} +WARN {2}bye$/);
  const stop = new AbortController();
  const lines: string[] = [];
  let started = false;
  await run(["logs", "good", "--runs", "1", "--follow", "--json"], {
    interrupted: () => stop.signal,
    print: (line) => {
      lines.push(line);
      if (lines.length === 2 && !started) {
        started = true;
        void send("shop/good");
      }
      if (lines.length === 4) stop.abort();
    },
  });
  const entries = lines.map((line) => JSON.parse(line));
  expect(entries.map(({ text }) => text)).toEqual(["hello \u001b[2J", "bye", "hello \u001b[2J", "bye"]);
  expect(new Set(entries.map(({ run_id }) => run_id)).size).toBe(2);
  expect((await run(["logs", "wait"])).out).toMatch(/^The newest \d+ runs? of shop-wait logged nothing\.$/);
  expect((await run(["logs", "good", "--runs", "0"])).error?.message).toMatch(/^--runs is "0"/);
});

it("sees what no stream tells of, and what happened while the connection was lost, once", async () => {
  const real = createEngineClient({ url: engine.url, retryDelayMs: 0 });
  const stop = new AbortController();
  let looks = 0;
  const deaf: EngineClient = {
    ...real,
    async *stream() {
      await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
    },
    runs: {
      ...real.runs,
      all(...given) {
        looks += 1;
        // The engine is away for a while.
        if (looks === 2) throw new EngineApiError("away", { code: "unreachable", status: 0 });
        return real.runs.all(...given);
      },
    },
  };
  const entries: LiveEntry[] = [];
  let lost = 0;
  await followEngine({
    engine: deaf,
    filter: { functions: ["shop-good"], app: "shop", statuses: null, events: true },
    signal: stop.signal,
    lookEveryMs: 1,
    onLost: () => {
      lost += 1;
      void send("shop/good").then(() => send("shop/bad"));
    },
    tell: (entry) => {
      entries.push(entry);
      if (entry.kind === "run-ended") stop.abort();
    },
  });
  expect(lost).toBe(1);
  expect(entries.map(({ kind }) => kind).sort()).toEqual(
    ["event", "log", "log", "run-ended", "run-started", "step-ended"].sort(),
  );
});
