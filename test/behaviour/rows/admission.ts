/** Rows about what decides whether and when a run starts: rate limit, idempotency, debounce, batches, singletons, timeouts. */
import { expect } from "vitest";
import type { AppKit, Options, Row } from "../row.ts";
import type { World } from "../world.ts";

const noting =
  (options: Omit<Options, "id">) =>
  ({ fn, world }: AppKit) =>
    fn({ id: "f", ...options }, ({ event, events }) =>
      world.note(events.length > 1 ? events.map((e: never) => (e as typeof event).data.n) : event.data.n),
    );

const held =
  (options: Omit<Options, "id">) =>
  ({ fn, world }: AppKit) =>
    fn({ id: "f", ...options }, async (context) => {
      world.note(context.event.data.n);
      await world.holds.hold(context);
    });

/** Sends one event after the other: `[n, more data]`. */
async function send(world: World, ...list: (number | [number, object])[]): Promise<void> {
  for (const entry of list) {
    const [n, more] = typeof entry === "number" ? [entry, {}] : entry;
    await world.send("test/f", { n, ...more });
  }
}

const dropping: Row[] = [
  {
    name: "rateLimit: its number in any period, counted from each start, and what is over is dropped",
    functions: noting({ rateLimit: { limit: 2, period: "1m" } }),
    async check(world) {
      await send(world, 1);
      await world.advance("30s");
      await send(world, 2, 3);
      await world.advance("29s");
      await send(world, 4);
      await world.advance("1s");
      await send(world, 5, 6);
      await world.advance("30s");
      await send(world, 7);
      await world.advance("1d");
      expect(world.log).toEqual([1, 2, 5, 7]);
    },
  },
  {
    name: "rateLimit with a key; one that is false does not count",
    functions: noting({ rateLimit: { limit: 1, period: "1h", key: "event.data.user" } }),
    async check(world) {
      await send(
        world,
        [1, { user: "a" }],
        [2, { user: "a" }],
        [3, { user: "b" }],
        [4, { user: false }],
        [5, { user: false }],
      );
      expect(world.log).toEqual([1, 3, 4, 5]);
    },
  },
  {
    name: "rateLimit as Inngest's server has it: a tenth at once, the rest spread evenly",
    engine: { rateLimitMode: "gcra" },
    functions: noting({ rateLimit: { limit: 10, period: "1m" } }),
    async check(world) {
      await send(world, 1, 2, 3);
      await world.advance("6s");
      await send(world, 4, 5);
      expect(world.log).toEqual([1, 2, 4]);
    },
  },
  {
    name: "idempotency: one run for a key in 24 hours",
    functions: noting({ idempotency: "event.data.order" }),
    async check(world) {
      await send(world, [1, { order: "x" }], [2, { order: "x" }], [3, { order: "y" }]);
      await world.advance("1439m");
      await send(world, [4, { order: "x" }]);
      await world.advance("1m");
      await send(world, [5, { order: "x" }]);
      expect(world.log).toEqual([1, 3, 5]);
    },
  },
  {
    name: "an event id starts one run in 24 hours, and the event is stored again",
    functions: noting({}),
    async check(world) {
      const id = "order-17";
      const first = await world.send("test/f", { n: 1 }, { id });
      const second = await world.send("test/f", { n: 2 }, { id });
      expect(second).not.toBe(first);
      expect((await world.ask("GET", `/v1/events/${second}`)).data).toEqual({ n: 2 });
      await world.advance("24h");
      await world.send("test/f", { n: 3 }, { id });
      expect(world.log).toEqual([1, 3]);
    },
  },
  {
    name: "singleton skip: while one runs, others of its key are skipped and say so",
    functions: held({ singleton: { mode: "skip", key: "event.data.user" } }),
    async check(world) {
      await send(world, [1, { user: "a" }], [2, { user: "a" }], [3, { user: "b" }]);
      expect(world.log).toEqual([1, 3]);
      expect(await world.statuses("f")).toEqual(["Running", "Skipped", "Running"]);
      const [first, skipped] = await world.runs("f");
      expect(skipped?.reason).toContain(first?.run_id);
      world.holds.release();
      await world.idle();
      await send(world, [4, { user: "a" }]);
      expect(world.log).toEqual([1, 3, 4]);
    },
  },
  {
    name: "singleton cancel: the newest takes the place of the one that runs",
    functions: held({ singleton: { mode: "cancel", key: "event.data.user" } }),
    async check(world) {
      await send(world, [1, { user: "a" }], [2, { user: "a" }], [3, { user: "b" }]);
      expect(await world.statuses("f")).toEqual(["Cancelled", "Running", "Running"]);
      world.holds.releaseAll();
      await world.idle();
      expect(await world.statuses("f")).toEqual(["Cancelled", "Completed", "Completed"]);
    },
  },
];

const gathering: Row[] = [
  {
    name: "debounce: the last event starts the run, a period after it came",
    functions: noting({ debounce: { period: "10s", key: "event.data.user" } }),
    async check(world) {
      await send(world, [1, { user: "a" }]);
      await world.advance("9s");
      await send(world, [2, { user: "a" }], [3, { user: "b" }]);
      await world.advance("9s");
      expect(world.log).toEqual([]);
      await world.advance("1s");
      expect([...world.log].sort()).toEqual([2, 3]);
    },
  },
  {
    name: "debounce with a timeout: not longer than that after the first event",
    functions: noting({ debounce: { period: "10s", timeout: "25s" } }),
    async check(world) {
      for (const n of [1, 2, 3]) {
        await send(world, n);
        await world.advance("8s");
      }
      expect(world.log).toEqual([]);
      await world.advance("1s");
      expect(world.log).toEqual([3]);
    },
  },
  {
    name: "debounces and batches outlive the engine's restart",
    durable: true,
    functions({ fn, world }) {
      fn({ id: "f", debounce: { period: "1h" } }, ({ event }) => world.note(event.data.n));
      fn(
        { id: "g", batchEvents: { maxSize: 10, timeout: "60s" } },
        ({ events }) => world.note(events.length),
        "test/f",
      );
    },
    async check(world) {
      await send(world, 1, 2, 3);
      await world.restart("2h");
      expect([...world.log].sort()).toEqual([3, 3]);
    },
  },
  {
    name: "batchEvents: full at its size, or when its time is over",
    functions: noting({ batchEvents: { maxSize: 3, timeout: "5s" } }),
    async check(world) {
      await send(world, 1, 2);
      expect(world.log).toEqual([]);
      await send(world, 3, 4, 5);
      expect(world.log).toEqual([[1, 2, 3]]);
      await world.advance("5s");
      expect(world.log).toEqual([
        [1, 2, 3],
        [4, 5],
      ]);
      expect((await world.runs("f"))[0]?.event_ids).toHaveLength(3);
    },
  },
  {
    name: "batchEvents with a key: a batch for each value",
    functions: noting({ batchEvents: { maxSize: 2, timeout: "5s", key: "event.data.user" } }),
    async check(world) {
      await send(world, [1, { user: "a" }], [2, { user: "b" }], [3, { user: "a" }], [4, { user: "b" }]);
      expect(world.log).toEqual([
        [1, 3],
        [2, 4],
      ]);
    },
  },
  {
    name: "batchEvents with `if`: who does not meet it runs at once, alone",
    functions: noting({ batchEvents: { maxSize: 2, timeout: "5s", if: "event.data.bulk == true" } }),
    async check(world) {
      await send(world, [1, { bulk: true }], [2, { bulk: false }]);
      expect(world.log).toEqual([2]);
      await send(world, [3, { bulk: true }]);
      expect(world.log).toEqual([2, [1, 3]]);
    },
  },
];

const times: Row[] = [
  {
    name: "timeouts.start: a run that does not begin in time is cancelled",
    functions: held({ concurrency: 1, timeouts: { start: "10s" } }),
    async check(world) {
      await send(world, 1, 2);
      await world.advance("9s");
      expect(await world.statuses("f")).toEqual(["Running", "Queued"]);
      await world.advance("1s");
      expect(await world.statuses("f")).toEqual(["Running", "Cancelled"]);
      expect((await world.runs("f"))[1]?.reason).toMatch(/timeouts\.start/);
    },
  },
  {
    name: "timeouts.finish: a run that does not end in time is cancelled, wherever it is",
    alsoWithoutCheckpoints: true,
    functions({ fn, world }) {
      fn({ id: "f", timeouts: { finish: "1h" } }, async ({ event, step }) => {
        await step.sleep("nap", event.data.nap);
        await step.run("end", () => world.note(event.data.n));
      });
      fn({ id: "g", timeouts: { finish: "1h" } }, (context) => world.holds.hold(context));
    },
    async check(world) {
      await send(world, [1, { nap: "59m" }], [2, { nap: "2h" }]);
      await world.send("test/g");
      await world.advance("3h");
      expect(world.log).toEqual([1]);
      expect(await world.statuses("f")).toEqual(["Completed", "Cancelled"]);
      expect(await world.statuses("g")).toEqual(["Cancelled"]);
    },
  },
  {
    name: "an event with a `ts` to come starts its run then",
    functions: noting({}),
    async check(world) {
      await world.send("test/f", { n: 1 }, { ts: world.now() + 3_600_000 });
      await send(world, 2);
      expect(world.log).toEqual([2]);
      await world.advance("59m");
      expect(world.log).toEqual([2]);
      await world.advance("1m");
      expect(world.log).toEqual([2, 1]);
    },
  },
];

export const admissionRows: Row[] = [...dropping, ...gathering, ...times];
