/** Rows about what holds runs back without dropping them: concurrency, throttle, fairness, priority, pauses of the queue. */
import { expect } from "vitest";
import type { AppKit, Options, Row } from "../row.ts";
import type { World } from "../world.ts";

/** A function whose runs note their `n` and wait to be released. */
const held =
  (options: Omit<Options, "id">, id = "f") =>
  ({ fn, world }: AppKit) =>
    fn({ id, ...options }, async (context) => {
      world.note(context.event.data.n);
      await world.holds.hold(context);
    });

const events = (count: number, data: (n: number) => object = () => ({}), name = "test/f") =>
  Array.from({ length: count }, (_, index) => ({ name, data: { n: index + 1, ...data(index + 1) } }));

async function release(world: World, count = 1): Promise<void> {
  for (let n = 0; n < count; n++) {
    world.holds.release();
    await world.idle();
  }
}

const tooSlow = "a thousand calls over HTTP take too long; keys are the engine's alone";

const set = (world: World, body: object) =>
  world.ask("POST", "/v2/limit-overrides", { function: "app-f", reason: "night", author: "ana", ...body }, 201);
const reset = (world: World) => world.ask("POST", "/v2/limit-overrides/reset", { function: "app-f" });

/** What people set over the limits of the code while the engine runs. */
const overridden: Row[] = [
  {
    name: "a concurrency limit that people raise starts what waits at once, and a lower one leaves what runs",
    functions: held({ concurrency: 1 }),
    async check(world) {
      await world.sendAll(events(6));
      expect(world.log).toEqual([1]);
      await set(world, { control: "concurrency", limit: 3 });
      await world.idle();
      expect(world.log).toEqual([1, 2, 3]);
      await set(world, { control: "concurrency", limit: 1 });
      await world.idle();
      expect(await world.statuses("f")).toEqual(["Running", "Running", "Running", "Queued", "Queued", "Queued"]);
      await release(world, 2);
      expect(world.log).toEqual([1, 2, 3]);
      await release(world);
      expect(world.log).toEqual([1, 2, 3, 4]);
      await release(world, 3);
    },
  },
  {
    name: "limits that people set outlive the engine's restart, and a reset goes back to the code",
    durable: true,
    functions: held({ concurrency: { limit: 1, key: "event.data.user" } }),
    async check(world) {
      await set(world, { control: "concurrency", limit: 2 });
      await world.restart("1m");
      await world.sendAll(events(5, () => ({ user: "ana" })));
      expect(world.log).toEqual([1, 2]);
      await reset(world);
      await release(world);
      expect(world.log).toEqual([1, 2]);
      await release(world);
      expect(world.log).toEqual([1, 2, 3]);
      await release(world, 3);
    },
  },
  {
    name: "a throttle and a rate limit that people set hold, and those that the code does not have too",
    functions({ fn, world }) {
      fn({ id: "f", throttle: { limit: 1, period: "1h" } }, ({ event }) => world.note(event.data.n));
      fn("g", ({ event }) => world.note(event.data.n));
    },
    async check(world) {
      await world.sendAll(events(3));
      expect(world.log).toEqual([1]);
      await set(world, { control: "throttle", limit: 60, period: "1h", burst: 1 });
      await world.advance("2m");
      expect(world.log).toEqual([1, 2, 3]);
      await set(world, { function: "app-g", control: "rateLimit", limit: 2, period: "1h" });
      await world.sendAll(events(4, (n) => ({ n: `g${n}` }), "test/g"));
      expect(world.log.slice(3).sort()).toEqual(["g1", "g2"]);
      await world.ask("DELETE", "/v2/limit-overrides?function=app-g");
      await world.send("test/g", { n: "g5" });
      expect(world.log.at(-1)).toBe("g5");
      expect(await world.ask("GET", "/v2/limit-overrides")).toMatchObject([
        { function: "app-f", control: "throttle", limit: 60, code: { limit: 1 }, author: "ana", reason: "night" },
      ]);
    },
  },
];

const limits: Row[] = [
  {
    name: "concurrency: no more than its number at once, in the order in which they came",
    functions: held({ concurrency: 2 }),
    async check(world) {
      await world.sendAll(events(5));
      expect(world.log).toEqual([1, 2]);
      await release(world);
      expect(world.log).toEqual([1, 2, 3]);
      await release(world, 4);
      expect(world.log).toEqual([1, 2, 3, 4, 5]);
      expect(new Set(await world.statuses("f"))).toEqual(new Set(["Completed"]));
    },
  },
  {
    name: "concurrency of 0 limits nothing, with a key or without",
    functions(app) {
      held({ concurrency: 0 })(app);
      held({ concurrency: [{ limit: 0, key: "event.data.n" }, { limit: 3 }] }, "g")(app);
    },
    async check(world) {
      await world.sendAll([...events(4), ...events(4, () => ({ n: "same" }), "test/g")]);
      expect(world.log.filter((n) => n === "same")).toHaveLength(3);
      expect(world.log).toHaveLength(7);
      await release(world, 8);
      expect(world.log).toHaveLength(8);
    },
  },
  {
    name: "concurrency with a key: its number for each value",
    functions: held({ concurrency: { limit: 1, key: "event.data.user" } }),
    async check(world) {
      await world.sendAll(events(4, (n) => ({ user: n % 2 === 0 ? "even" : "odd" })));
      expect([...world.log].sort()).toEqual([1, 2]);
      await release(world, 2);
      expect([...world.log].sort()).toEqual([1, 2, 3, 4]);
    },
  },
  {
    name: "concurrency with two entries: both hold",
    functions: held({ concurrency: [{ limit: 3 }, { limit: 1, key: "event.data.user" }] }),
    async check(world) {
      await world.sendAll(events(6, (n) => ({ user: n <= 2 ? "same" : `user ${n}` })));
      expect(world.holds.size()).toBe(3);
      expect(world.log).not.toContain(2);
      await release(world, 6);
      expect([...world.log].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    },
  },
  {
    name: "concurrency of scope env is shared by functions, and by apps",
    functions(app) {
      held({ concurrency: { limit: 1, scope: "env", key: '"printer"' } })(app);
      held({ concurrency: { limit: 1, scope: "env", key: '"printer"' } }, "g")(app);
    },
    otherFunctions: held({ concurrency: { limit: 1, scope: "env", key: '"printer"' } }, "h"),
    async check(world) {
      await world.sendAll([
        ...events(1),
        ...events(1, () => ({ n: 2 }), "test/g"),
        ...events(1, () => ({ n: 3 }), "test/h"),
      ]);
      expect(world.log).toHaveLength(1);
      await release(world);
      expect(world.log).toHaveLength(2);
      await release(world, 2);
      expect([...world.log].sort()).toEqual([1, 2, 3]);
    },
  },
  {
    name: "concurrency of scope account is shared too, by value of its key",
    functions(app) {
      held({ concurrency: { limit: 1, scope: "account", key: "event.data.user" } })(app);
      held({ concurrency: { limit: 1, scope: "account", key: "event.data.user" } }, "g")(app);
    },
    async check(world) {
      await world.sendAll([...events(2, (n) => ({ user: n })), ...events(2, (n) => ({ n: n + 2, user: n }), "test/g")]);
      expect(world.holds.size()).toBe(2);
      await release(world, 4);
      expect([...world.log].sort()).toEqual([1, 2, 3, 4]);
    },
  },
  {
    name: "concurrency counts steps at work, not runs: who sleeps or waits takes no place",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: 1 }, async ({ event, step }) => {
        await step.sleep("nap", "1h");
        await step.run("work", () => world.note(event.data.n));
      }),
    async check(world) {
      await world.sendAll(events(10));
      await world.advance("1h");
      expect(world.log).toHaveLength(10);
    },
  },
  {
    name: "concurrency of parallel steps of one run",
    alsoWithoutCheckpoints: true,
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: 2 }, async (context) =>
        Promise.all(
          [1, 2, 3, 4].map((n) => context.step.run(`s${n}`, () => world.holds.hold(context).then(() => world.note(n)))),
        ),
      ),
    async check(world) {
      await world.send("test/f");
      expect(world.holds.size()).toBe(2);
      await release(world, 4);
      expect([...world.log].sort()).toEqual([1, 2, 3, 4]);
      expect(await world.statuses("f")).toEqual(["Completed"]);
    },
  },
  {
    name: "a limit on whole runs holds through their sleeps",
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: { fn: [{ limit: 1 }] } }, async ({ event, step }) => {
        await step.run("begin", () => world.note(`begin ${event.data.n}`));
        await step.sleep("nap", "1h");
        await step.run("end", () => world.note(`end ${event.data.n}`));
      }),
    async check(world) {
      await world.sendAll(events(2));
      await world.advance("59m");
      expect(world.log).toEqual(["begin 1"]);
      await world.advance("1m");
      expect(world.log).toEqual(["begin 1", "end 1", "begin 2"]);
      await world.advance("1h");
      expect(world.log).toHaveLength(4);
    },
  },
  {
    name: "a run that is cancelled gives its place to the next",
    functions: held({ concurrency: 1 }),
    async check(world) {
      await world.sendAll(events(2));
      await world.ask("DELETE", `/v1/runs/${(await world.runs("f"))[0]?.run_id}`);
      expect(world.log).toEqual([1, 2]);
    },
  },
  {
    name: "a thousand keys of a concurrency: all run, none waits for another",
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: { limit: 1, key: "event.data.tenant" } }, ({ event }) => world.note(event.data.n)),
    notIn: {
      stepwell: tooSlow,
      inngest4: tooSlow,
      inngest3: tooSlow,
    },
    async check(world) {
      await world.server.engine.ingest({ body: events(500, (n) => ({ tenant: `tenant ${n}` })), seed: null });
      await world.server.engine.ingest({
        body: events(500, (n) => ({ n: n + 500, tenant: `other ${n}` })),
        seed: null,
      });
      await world.idle();
      expect(new Set(world.log).size).toBe(1_000);
    },
  },
];

const turns: Row[] = [
  {
    name: "fairness: a tenant's one job does not wait for another's hundred",
    engine: { workers: 5 },
    functions: ({ fn, world }) =>
      fn({ id: "f", concurrency: { limit: 2, key: "event.data.tenant" } }, ({ event }) =>
        world.note(event.data.tenant),
      ),
    async check(world) {
      const big = events(100, () => ({ tenant: "big" }));
      await world.server.engine.ingest({ body: big, seed: null });
      await world.send("test/f", { n: 0, tenant: "small" });
      expect(world.log).toHaveLength(101);
      expect(world.log.indexOf("small")).toBeLessThan(40);
    },
  },
  {
    name: "fairness: forty runs that wake in one moment do not hold up another function's one",
    engine: { workers: 1 },
    functions: ({ fn, world }) => {
      fn("naps", async ({ step, event }) => {
        await step.sleep("nap", "1h");
        await step.run("woke", () => world.note("woke"));
        if (event.data.n === 0) await step.sendEvent("call", { name: "test/short" });
      });
      fn("short", () => world.note("short"));
    },
    async check(world) {
      await world.sendAll(Array.from({ length: 40 }, (_, n) => ({ name: "test/naps", data: { n } })));
      await world.advance("1h");
      expect(world.log).toHaveLength(41);
      expect(world.log.indexOf("short")).toBeLessThan(30);
    },
  },
  {
    name: "priority: who is more urgent goes first, by the seconds that it says",
    functions: held({ concurrency: 1, priority: { run: "event.data.vip ? 60 : 0" } }),
    async check(world) {
      await world.sendAll(events(3, () => ({ vip: false })));
      await world.advance("5s");
      await world.send("test/f", { n: 4, vip: true });
      await world.advance("90s");
      await world.send("test/f", { n: 5, vip: true });
      await release(world, 5);
      expect(world.log).toEqual([1, 4, 2, 3, 5]);
    },
  },
  {
    name: "throttle: starts keep their distance, nothing is lost",
    functions: ({ fn, world }) =>
      fn({ id: "f", throttle: { limit: 1, period: "10s", key: "event.data.user" } }, ({ event }) =>
        world.note(event.data.n),
      ),
    async check(world) {
      await world.sendAll(events(4, () => ({ user: "a" })));
      await world.send("test/f", { n: "b", user: "b" });
      expect(world.log).toEqual([1, "b"]);
      for (const next of [2, 3, 4]) {
        await world.advance("9s");
        expect(world.log.at(-1)).not.toBe(next);
        await world.advance("1s");
        expect(world.log.at(-1)).toBe(next);
      }
    },
  },
  {
    name: "throttle with a burst of 0: none, as without one",
    functions: ({ fn, world }) =>
      fn({ id: "f", throttle: { limit: 2, period: "8s", burst: 0 } }, ({ event }) => world.note(event.data.n)),
    async check(world) {
      await world.sendAll(events(3));
      expect(world.log).toEqual([1]);
      await world.advance("4s");
      expect(world.log).toEqual([1, 2]);
      await world.advance("4s");
      expect(world.log).toEqual([1, 2, 3]);
    },
  },
  {
    name: "throttle with a burst: so many more after a quiet time",
    functions: ({ fn, world }) =>
      fn({ id: "f", throttle: { limit: 1, period: "1m", burst: 3 } }, ({ event }) => world.note(event.data.n)),
    async check(world) {
      await world.sendAll(events(6));
      expect(world.log).toHaveLength(4);
      await world.advance("2m");
      expect(world.log).toHaveLength(6);
    },
  },
];

export const concurrencyRows: Row[] = [...limits, ...overridden, ...turns];
