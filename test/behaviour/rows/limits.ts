/** Rows about limits: each with the error of who goes beyond it. Engines are given small ones where theirs are large. */
import { expect } from "vitest";
import { done } from "../raw-app.ts";
import type { Handler, Row } from "../row.ts";

/** The run of a function fails, with a name and message like this. */
function runFails(
  name: string,
  engine: Row["engine"],
  handler: Handler,
  message: RegExp,
  more: Partial<Row> = {},
): Row {
  return {
    name,
    alsoWithoutCheckpoints: true,
    engine: engine ?? {},
    functions: ({ fn }) => fn({ id: "f", retries: 0 }, handler),
    async check(world) {
      await world.send("test/f");
      const run = await world.run("f");
      expect(run.status).toBe("Failed");
      expect(`${run.output.name}: ${run.output.message}`).toMatch(message);
    },
    ...more,
  };
}

const runs: Row[] = [
  runFails(
    "steps of a run",
    { limits: { stepsPerRun: 3 } },
    async ({ step }) => {
      for (let n = 0; n < 50; n++) await step.run(`s${n}`, () => n);
    },
    /FunctionOverflowed.*at most \d+ steps/,
  ),
  runFails(
    "bytes of a step's output",
    { limits: { stepOutputBytes: 1000 } },
    ({ step }) => step.run("big", () => "x".repeat(2000)),
    /output_too_large.*"big" returned 20\d\d bytes, the most is 1000/,
  ),
  runFails(
    "bytes that all steps of a run remember",
    { limits: { runStateBytes: 3000 } },
    async ({ step }) => {
      for (let n = 0; n < 10; n++) await step.run(`s${n}`, () => "x".repeat(900));
    },
    /StateOverflowed.*the most is 3000/,
  ),
  runFails("bytes of an app's answer", { limits: { responseBytes: 5000 } }, () => "x".repeat(6000), /5000|too large/),
  runFails("length of a sleep", {}, ({ step }) => step.sleep("nap", "400d"), /366|sleep/i),
  runFails(
    "length of a wait",
    {},
    ({ step }) => step.waitForEvent("wait", { event: "test/go", timeout: "400d" }),
    /366|waits?/i,
  ),
  {
    name: "time of a call",
    engine: { callTimeoutMs: 60_000 },
    functions: ({ fn, world }) => fn({ id: "f", retries: 0 }, (context) => world.holds.hold(context)),
    async check(world) {
      await world.send("test/f");
      await world.advance("59s");
      expect(await world.statuses("f")).toEqual(["Running"]);
      await world.advance("1s");
      const run = await world.run("f");
      expect(run.status).toBe("Failed");
      expect(run.output.message).toMatch(/60 s|60000 ms/);
    },
  },
];

/** Defining it or syncing it must fail, with a message like this. */
function refused(name: string, options: object, message: RegExp, triggers?: object | object[]): Row {
  return { name, functions: ({ fn }) => fn({ id: "f", ...options }, () => null, triggers), refused: message };
}

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

const registrations: Row[] = [
  refused("retries: 21", { retries: 21 }, /retries/),
  refused("three entries of concurrency", { concurrency: many(3, { limit: 1 }) }, /concurrency/),
  refused("six cancelOn", { cancelOn: many(6, { event: "test/stop" }) }, /cancelOn/),
  refused(
    "eleven triggers",
    {},
    /triggers/,
    Array.from({ length: 11 }, (_, n) => ({ event: `test/${n}` })),
  ),
  refused("a trigger's name of 256 characters", {}, /255/, { event: "x".repeat(256) }),
  refused("rateLimit of 25 hours", { rateLimit: { limit: 1, period: "25h" } }, /rateLimit\.period/),
  refused("rateLimit of half a second", { rateLimit: { limit: 1, period: "500ms" } }, /rateLimit\.period/),
  refused("rateLimit of 0", { rateLimit: { limit: 0, period: "1h" } }, /rateLimit\.limit/),
  refused("debounce of 8 days", { debounce: { period: "8d" } }, /debounce\.period/),
  refused("a batch of one", { batchEvents: { maxSize: 1, timeout: "5s" } }, /batchEvents\.maxSize/),
  refused("a batch of 100,000", { batchEvents: { maxSize: 100_000, timeout: "5s" } }, /batchEvents\.maxSize/),
  refused(
    "a batch with a debounce",
    { batchEvents: { maxSize: 2, timeout: "5s" }, debounce: { period: "5s" } },
    /batchEvents/,
  ),
  refused(
    "a batch with a rate limit",
    { batchEvents: { maxSize: 2, timeout: "5s" }, rateLimit: { limit: 1, period: "1h" } },
    /rateLimit/,
  ),
  refused(
    "a batch with an idempotency",
    { batchEvents: { maxSize: 2, timeout: "5s" }, idempotency: "event.data.id" },
    /idempotency/,
  ),
  refused("throttle of 0", { throttle: { limit: 0, period: "1m" } }, /throttle\.limit/),
  refused("concurrency of scope env without a key", { concurrency: { limit: 1, scope: "env" } }, /key/),
  refused("two whole-run limits", { concurrency: { fn: many(2, { limit: 1 }) } }, /concurrency\.fn/),
  refused("a singleton of an unknown mode", { singleton: { mode: "wait" } }, /singleton\.mode/),
];

/** Rows that need no SDK: they ask the event API. */
function events(name: string, engine: Row["engine"], body: unknown, status: number, message: RegExp): Row {
  return {
    name,
    engine: engine ?? {},
    scripted: { "app-f": { answer: () => done() } },
    async check(world) {
      const answer = await world.ask("POST", "/e/test", body, status);
      expect(answer.error).toMatch(message);
      expect(answer.ids).toEqual([]);
      expect(await world.runs("f")).toEqual([]);
    },
  };
}

const event = (more: object = {}) => ({ name: "test/app-f", data: {}, ...more });

const ingest: Row[] = [
  events(
    "bytes of an event",
    {},
    event({ data: { text: "x".repeat(3 * 1024 * 1024) } }),
    413,
    /Event 1 is over the max size/,
  ),
  events(
    "bytes of an event, set",
    { limits: { eventSizeBytes: 100 } },
    event({ data: { text: "x".repeat(100) } }),
    413,
    /100 bytes/,
  ),
  events("events of a request: none of too many is taken", {}, many(5001, event()), 413, /5000/),
  events("characters of an event's name", {}, event({ name: "x".repeat(513) }), 400, /512/),
  events("an event without a name", {}, { data: {} }, 400, /name/),
  events("an event from before 1980", {}, event({ ts: 1 }), 400, /ts/),
  events("an event of the engine's own", {}, event({ name: "inngest/function.failed" }), 400, /inngest/),
  {
    name: "the limits that are set are shown",
    engine: { limits: { stepsPerRun: 77 } },
    scripted: { "app-f": { answer: () => done() } },
    check: async (world) =>
      expect(await world.ask("GET", "/v2/limits")).toMatchObject({ stepsPerRun: 77, retriesMax: 20 }),
  },
];

export const limitRows: Row[] = [...runs, ...registrations, ...ingest];
