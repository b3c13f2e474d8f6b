/** Rows about crons and schedules. */
import { expect } from "vitest";
import type { Row } from "../row.ts";
import type { World } from "../world.ts";

const noted = (world: World) => world.log.map((at) => new Date(at as string).toISOString());
const withoutMissed = { inngest4: "its triggers have no `missed`", inngest3: "its triggers have no `missed`" };

/** A row whose hourly cron misses five ticks while the engine is down. */
function missed(name: string, rule: string | null, expected: number[]): Row {
  return {
    name,
    durable: true,
    ...(rule === null ? {} : { notIn: withoutMissed }),
    functions: ({ fn, world }) =>
      fn("f", ({ event }) => world.note(event.data.scheduledAt), {
        cron: "0 * * * *",
        ...(rule === null ? {} : { missed: rule }),
      }),
    async check(world) {
      await world.advance("1h");
      await world.restart("330m");
      await world.advance("30m");
      expect(noted(world).map((at) => new Date(at).getUTCHours())).toEqual(expected);
    },
  };
}

const crons: Row[] = [
  {
    name: "a cron fires at its time in its zone, in summer and in winter",
    functions: ({ fn, world }) =>
      fn("f", ({ event }) => world.note(event.data.scheduledAt), { cron: "TZ=Europe/Berlin 0 6 1 1,7 *" }),
    async check(world) {
      await world.advance("365d");
      expect(noted(world)).toEqual(["2035-07-01T04:00:00.000Z", "2036-01-01T05:00:00.000Z"]);
      expect((await world.runs("f"))[0]?.status).toBe("Completed");
    },
  },
  {
    name: "a cron and an event start the same function, and each tick starts it once",
    functions: ({ fn, world }) =>
      fn("f", ({ event }) => world.note(event.name), [{ cron: "*/10 * * * *" }, { event: "test/f" }]),
    async check(world) {
      await world.advance("30m");
      await world.send("test/f");
      expect(world.count("inngest/scheduled.timer")).toBe(3);
      expect(world.count("test/f")).toBe(1);
    },
  },
  {
    name: "two crons of a function that are due at the same instant start one run, at the planned time",
    functions: ({ fn, world }) =>
      fn("f", ({ event }) => world.note([event.ts, event.data.scheduledAt, event.data.fireAt]), [
        { cron: "0 * * * *" },
        { cron: "0 12 * * *" },
      ]),
    async check(world) {
      const start = world.now();
      await world.advance("3h");
      const hours = [1, 2, 3].map((hour) => new Date(start + hour * 3_600_000));
      expect(world.log).toEqual(hours.map((at) => [at.getTime(), at.toISOString(), at.toISOString()]));
    },
  },
  {
    name: "jitter: later by up to its length, and every tick fires",
    notIn: { inngest3: "it leaves the jitter of its crons out" },
    functions: ({ fn, world }) =>
      fn("f", () => world.note(new Date(world.now()).toISOString()), { cron: "0 * * * *", jitter: "5m" }),
    async check(world) {
      await world.advance("545m");
      expect(world.log).toHaveLength(9);
      const minutes = noted(world).map((at) => new Date(at).getUTCMinutes());
      expect(Math.max(...minutes)).toBeLessThanOrEqual(5);
      expect(new Set(noted(world).map((at) => at.slice(14))).size).toBeGreaterThan(3);
    },
  },
  missed("ticks that were missed while no engine ran: one run makes up for them", null, [11, 16, 17]),
  missed("missed: skip starts nothing for them", "skip", [11, 17]),
  missed("missed: all starts a run for each", "all", [11, 12, 13, 14, 15, 16, 17]),
];

const schedules: Row[] = [
  {
    name: "a schedule made at runtime starts a function, or sends an event; paused, resumed, deleted",
    functions({ fn, world }) {
      fn("f", ({ event }) => world.note(event.data.n));
      fn("g", ({ event }) => world.note(event.data.n));
    },
    async check(world) {
      const make = (body: object) => world.ask("POST", "/v2/schedules", { cron: "0 * * * *", ...body }, 201);
      const ofFunction = await make({ function: "app-f", data: { n: 1 }, name: "hourly" });
      const ofEvent = await make({ event: "test/g", data: { n: 2 } });
      expect(await world.ask("GET", "/v2/schedules")).toMatchObject([
        { name: "hourly", function: "app-f" },
        { event: "test/g" },
      ]);
      await world.advance("1h");
      expect([...world.log].sort()).toEqual([1, 2]);
      await world.ask("POST", `/v2/schedules/${ofFunction.id}/pause`);
      await world.advance("2h");
      expect(world.log).toHaveLength(4);
      await world.ask("POST", `/v2/schedules/${ofFunction.id}/resume`);
      await world.ask("DELETE", `/v2/schedules/${ofEvent.id}`);
      await world.advance("1h");
      expect(world.log.slice(4)).toEqual([1]);
    },
  },
  {
    name: "a schedule outlives the engine's restart, and one that can never fire is refused",
    durable: true,
    functions: ({ fn, world }) => fn("f", () => world.note("tick")),
    async check(world) {
      await world.ask("POST", "/v2/schedules", { cron: "0 0 30 2 *", function: "app-f" }, 400);
      await world.ask("POST", "/v2/schedules", { cron: "0 * * * *", function: "app-gone" }, 404);
      await world.ask("POST", "/v2/schedules", { cron: "0 * * * *", function: "app-f" }, 201);
      await world.restart("30m");
      await world.advance("30m");
      expect(world.log).toEqual(["tick"]);
    },
  },
];

export const cronRows: Row[] = [...crons, ...schedules];
