/** Rows about input that makes no sense: expressions, keys, crons, durations, and events that try to be clever. */
import { expect } from "vitest";
import type { Row } from "../row.ts";

/** Defining it or syncing it must fail, with a message like this. */
function refused(name: string, options: object, message: RegExp, triggers?: object | object[]): Row {
  return { name, functions: ({ fn }) => fn({ id: "f", ...options }, () => null, triggers), refused: message };
}

const filtered = (condition: string) => ({ event: "test/f", if: condition });
const deep = `${"(".repeat(5000)}true${")".repeat(5000)}`;
const long = Array.from({ length: 5000 }, (_, n) => `event.data.x == ${n}`).join(" || ");

const compiling: Row[] = [
  refused("a trigger's condition that does not compile", {}, /expression|condition|if/i, filtered("event.data.n >")),
  refused("a trigger's condition with an unknown function", {}, /launch/, filtered("launch(event.data.n)")),
  refused("a trigger's condition nested 5,000 deep", {}, /deep|maxDepth/i, filtered(deep)),
  refused("a trigger's condition of 5,000 parts", {}, /characters/, filtered(long)),
  refused(
    "a concurrency key that does not compile",
    { concurrency: { limit: 1, key: "event.data[" } },
    /concurrency\.key/,
  ),
  refused("a priority that does not compile", { priority: { run: "event.data." } }, /priority\.run/),
  refused(
    "a cancelOn condition that does not compile",
    { cancelOn: [{ event: "test/stop", if: "== async" }] },
    /cancelOn\[0\]\.if/,
  ),
  refused(
    "a batch condition that does not compile",
    { batchEvents: { maxSize: 2, timeout: "5s", if: "&&" } },
    /batchEvents\.if/,
  ),
  refused("a cron that never fires", {}, /0 0 30 2 \*/, { cron: "0 0 30 2 *" }),
  refused("a cron of six fields", {}, /five fields/, { cron: "* * * * * *" }),
  refused("a cron in a zone that does not exist", {}, /Mars/, { cron: "TZ=Mars/Olympus 0 0 * * *" }),
  refused(
    "a rate limit whose period overflows",
    { rateLimit: { limit: 1, period: "99999999999999999999d" } },
    /rateLimit\.period/,
  ),
  refused(
    "a throttle whose period overflows",
    { throttle: { limit: 1, period: "99999999999999999999d" } },
    /throttle\.period/,
  ),
  refused("a throttle whose period is no time", { throttle: { limit: 1, period: "soon" } }, /throttle\.period/),
];

/** A condition that is long, but not too long. */
const longCondition: Row = {
  name: "a trigger's condition of 200 parts works",
  functions: ({ fn, world }) =>
    fn(
      "f",
      () => world.note("f"),
      filtered(Array.from({ length: 200 }, (_, n) => `event.data.x == ${n}`).join(" || ")),
    ),
  async check(world) {
    for (const x of [0, 199, 200]) await world.send("test/f", { x });
    expect(world.log).toEqual(["f", "f"]);
  },
};

/** A trigger's condition that fails when it is evaluated: nothing starts, it is logged, others are not concerned. */
function unmet(name: string, condition: string, data: object): Row {
  return {
    name,
    functions({ fn, world }) {
      fn("f", () => world.note("f"), filtered(condition));
      fn("g", () => world.note("g"), "test/f");
    },
    async check(world) {
      await world.send("test/f", data);
      expect(world.log).toEqual(["g"]);
      expect(world.warnings.join()).toMatch(/condition|expression/i);
    },
  };
}

const numbers = Array.from({ length: 1000 }, (_, n) => n);

const evaluating: Row[] = [
  longCondition,
  unmet("a condition that divides by zero", "event.data.n / 0 == 1", { n: 1 }),
  unmet("a condition that is no boolean", "event.data.n", { n: 1 }),
  unmet(
    "a condition that explodes: three loops over a thousand numbers",
    "event.data.list.all(a, event.data.list.all(b, event.data.list.all(c, a + b + c >= 0)))",
    { list: numbers },
  ),
  {
    name: "a wait's condition that does not compile fails its run",
    functions: ({ fn }) =>
      fn({ id: "f", retries: 3 }, ({ step }) =>
        step.waitForEvent("wait", { event: "test/go", timeout: "1h", if: "async.data >" }),
      ),
    async check(world) {
      await world.send("test/f");
      const run = await world.run("f");
      expect(run.status).toBe("Failed");
      expect(`${run.output.name} ${run.output.message}`).toMatch(/expression|condition|if/i);
    },
  },
  {
    name: "a wait's condition that divides by zero, or is no boolean, does not hold",
    functions: ({ fn, world }) =>
      fn("f", async ({ event, step }) => {
        const found = await step.waitForEvent("wait", { event: "test/go", timeout: "1h", if: event.data.if });
        world.note(found === null ? "timeout" : "found");
      }),
    async check(world) {
      await world.send("test/f", { if: "1 / async.data.zero == 1" });
      await world.send("test/f", { if: "async.data.zero" });
      await world.send("test/go", { zero: 0 });
      expect(world.log).toEqual([]);
      await world.advance("1h");
      expect(world.log).toEqual(["timeout", "timeout"]);
    },
  },
  {
    name: "a sleep whose duration overflows fails its run",
    functions: ({ fn }) => fn({ id: "f", retries: 0 }, ({ step }) => step.sleep("nap", "99999999999999999999d")),
    async check(world) {
      await world.send("test/f");
      expect(await world.statuses("f")).toEqual(["Failed"]);
    },
  },
  {
    name: "keys of 10 kB work, and tell values apart by their last character",
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: { limit: 1, key: "event.data.key" } }, async (context) => {
        world.note(context.event.data.n);
        await world.holds.hold(context);
      }),
    async check(world) {
      const key = "k".repeat(10_000);
      await world.sendAll(
        [`${key}a`, `${key}a`, `${key}b`].map((own, n) => ({ name: "test/f", data: { n, key: own } })),
      );
      expect([...world.log].sort()).toEqual([0, 2]);
      world.holds.releaseAll();
      await world.idle();
      expect([...world.log].sort()).toEqual([0, 1, 2]);
    },
  },
  {
    name: "an event with `__proto__` and `constructor` poisons nothing, in conditions and in functions",
    functions({ fn, world }) {
      fn("f", ({ event }) => world.note([event.data.n, ({} as { admin?: unknown }).admin ?? "clean"]));
      fn("g", () => world.note("admin"), filtered("event.data.admin == true || event.data.x == 1"));
    },
    async check(world) {
      const text = '{"name":"test/f","data":{"n":1,"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}}';
      await world.ask("POST", "/e/test", JSON.parse(text));
      expect(world.log).toEqual([[1, "clean"]]);
      expect(({} as { admin?: unknown; x?: unknown }).admin).toBeUndefined();
    },
  },
];

export const badInputRows: Row[] = [...compiling, ...evaluating];
