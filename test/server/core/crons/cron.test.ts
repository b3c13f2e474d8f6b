import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseTriggers } from "../../../../server/src/core/apps/parse-triggers.ts";
import { planTick } from "../../../../server/src/core/crons/cron.ts";
import { jitterOf, lastTick, nextTick } from "../../../../server/src/core/crons/cron-expression.ts";
import { resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const hour = 3_600_000;

function ticksFrom(expression: string, from: string, count: number): string[] {
  const ticks: string[] = [];
  for (let now = at(from); ticks.length < count; ) {
    now = nextTick(expression, now);
    ticks.push(iso(now));
  }
  return ticks;
}

describe("ticks", () => {
  it("follow the zone's clock over both changes of the hour", () => {
    // Berlin: 02:00 becomes 03:00 on 2026-03-29, 03:00 becomes 02:00 on 2026-10-25.
    expect(ticksFrom("TZ=Europe/Berlin 0 6 * * *", "2026-03-28T00:00:00Z", 3)).toEqual([
      "2026-03-28T05:00:00.000Z",
      "2026-03-29T04:00:00.000Z",
      "2026-03-30T04:00:00.000Z",
    ]);
    expect(ticksFrom("CRON_TZ=Europe/Berlin 0 6 * * *", "2026-10-24T00:00:00Z", 3)).toEqual([
      "2026-10-24T04:00:00.000Z",
      "2026-10-25T05:00:00.000Z",
      "2026-10-26T05:00:00.000Z",
    ]);
  });

  it("at an hour that a change leaves out come once that day, and once where it comes twice", () => {
    const spring = ticksFrom("TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", 2);
    expect(spring[0]?.slice(0, 10)).toBe("2026-03-29");
    expect(spring[1]).toBe("2026-03-30T00:30:00.000Z");
    const autumn = ticksFrom("TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", 2);
    expect(autumn.map((tick) => tick.slice(0, 10))).toEqual(["2026-10-25", "2026-10-26"]);
  });

  it("are UTC without a zone, and include the moment asked for when looking back", () => {
    expect(ticksFrom("*/15 9-10 * * 1-5", "2026-01-02T09:50:00Z", 3)).toEqual([
      "2026-01-02T10:00:00.000Z",
      "2026-01-02T10:15:00.000Z",
      "2026-01-02T10:30:00.000Z",
    ]);
    expect(iso(lastTick("0 * * * *", at("2026-01-01T05:00:00Z")))).toBe("2026-01-01T05:00:00.000Z");
    expect(iso(lastTick("0 * * * *", at("2026-01-01T05:00:00Z") - 1))).toBe("2026-01-01T04:00:00.000Z");
  });

  it.each([
    ["0 0 30 2 *", "cannot be used"],
    ["0 0 31 4,6 *", "cannot be used"],
    ["60 * * * *", "cannot be used"],
    ["* * * *", "five fields"],
    ["", "five fields"],
    ["* * * * * *", "five fields"],
    ["TZ=Mars/Olympus 0 0 * * *", "does not exist"],
    ["@reboot", "five fields"],
    [`0 0 ${"1,".repeat(200)}1 * *`, "more than 255 characters"],
  ])("of %j are refused: it never fires or is no cron", (expression, why) => {
    expect(() => nextTick(expression, at("2026-01-01T00:00:00Z"), resolveLimits())).toThrow(why);
  });

  it("find a day that comes every four years", () => {
    expect(ticksFrom("0 0 29 2 *", "2026-01-01T00:00:00Z", 1)).toEqual(["2028-02-29T00:00:00.000Z"]);
  });
});

describe("ticks over a change of the clocks", () => {
  const within = (expression: string, from: string, to: string): number[] => {
    const ticks: number[] = [];
    for (let now = nextTick(expression, at(from)); now <= at(to); now = nextTick(expression, now)) ticks.push(now);
    return ticks;
  };
  const minutesBetween = (ticks: number[]): number[] => [
    ...new Set(ticks.slice(1).map((tick, index) => (tick - (ticks[index] as number)) / 60_000)),
  ];

  it.each([
    ["Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z", "30 2 * * *"],
    ["Europe/Berlin", "2026-10-23T12:00:00Z", "2026-10-27T12:00:00Z", "30 2 * * *"],
    ["America/New_York", "2026-03-06T12:00:00Z", "2026-03-10T12:00:00Z", "30 2 * * *"],
    ["America/New_York", "2026-10-30T12:00:00Z", "2026-11-03T12:00:00Z", "30 1 * * *"],
    ["Africa/Cairo", "2026-04-22T12:00:00Z", "2026-04-26T12:00:00Z", "0 0 * * *"],
    ["America/Havana", "2026-10-30T12:00:00Z", "2026-11-03T12:00:00Z", "30 0 * * *"],
    ["America/Santiago", "2026-09-04T12:00:00Z", "2026-09-08T12:00:00Z", "0 0 * * *"],
    // The clocks of Lord Howe change by half an hour.
    ["Australia/Lord_Howe", "2026-10-02T00:00:00Z", "2026-10-06T00:00:00Z", "15 2 * * *"],
    ["Australia/Lord_Howe", "2026-04-03T00:00:00Z", "2026-04-07T00:00:00Z", "45 1 * * *"],
  ])("in %s from %s to %s: daily once a day, every 15 minutes without a gap", (zone, from, to, daily) => {
    const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
    const days = within(`TZ=${zone} ${daily}`, from, to).map((tick) => dayOf.format(tick));
    expect(days).toHaveLength(4);
    expect(new Set(days).size).toBe(4);
    const quarters = within(`TZ=${zone} */15 * * * *`, from, to);
    expect(quarters).toHaveLength(4 * 24 * 4);
    expect(minutesBetween(quarters)).toEqual([15]);
    const hours = minutesBetween(within(`TZ=${zone} 0 * * * *`, from, to));
    expect(hours.every((gap) => (zone === "Australia/Lord_Howe" ? [30, 60, 90] : [60]).includes(gap))).toBe(true);
  });

  it.each(["*/15 * * * *", "0 * * * *", "30 2 * * *", "45 1 * * *", "0 9 * * 1-5"])(
    "are found again looking back: %s",
    (fields) => {
      for (const zone of ["UTC", "Europe/Berlin", "Australia/Lord_Howe"]) {
        const expression = `TZ=${zone} ${fields}`;
        for (const around of [
          "2026-03-28T00:00:00Z",
          "2026-04-04T00:00:00Z",
          "2026-10-03T00:00:00Z",
          "2026-10-24T12:00:00Z",
        ]) {
          let tick = nextTick(expression, at(around));
          for (let count = 0; count < 12; count++) {
            const following = nextTick(expression, tick);
            expect([iso(lastTick(expression, tick)), iso(lastTick(expression, following - 1))]).toEqual([
              iso(tick),
              iso(tick),
            ]);
            tick = following;
          }
        }
      }
    },
  );

  it("take a step after a single number, as the servers of this protocol do", () => {
    expect(ticksFrom("5/20 * * * *", "2026-01-01T00:00:00Z", 4).map((tick) => tick.slice(11, 16))).toEqual([
      "00:05",
      "00:25",
      "00:45",
      "01:05",
    ]);
  });
});

describe("jitter", () => {
  it("is the same for a tick whenever it is asked, differs between ticks, and stays in range", () => {
    const offsets = Array.from({ length: 500 }, (_, index) => jitterOf("cron:x", index * hour, 30_000));
    expect(offsets).toEqual(Array.from({ length: 500 }, (_, index) => jitterOf("cron:x", index * hour, 30_000)));
    expect(new Set(offsets).size).toBeGreaterThan(400);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(30_000);
    expect(jitterOf("cron:x", 5, 0)).toBe(0);
  });
});

describe("a tick that comes late", () => {
  const base = { cron: "0 * * * *", jitterMs: 0 };
  const tick = at("2026-01-01T01:00:00Z");
  const show = ({ fire, next }: { fire: number | null; next: number }) => [fire === null ? null : iso(fire), iso(next)];

  it.each([
    ["one", 59_000, ["2026-01-01T01:00:00.000Z", "2026-01-01T02:00:00.000Z"]],
    ["skip", 59_000, ["2026-01-01T01:00:00.000Z", "2026-01-01T02:00:00.000Z"]],
    ["one", 5.5 * hour, ["2026-01-01T06:00:00.000Z", "2026-01-01T07:00:00.000Z"]],
    ["skip", 5.5 * hour, [null, "2026-01-01T07:00:00.000Z"]],
    ["skip", 5 * hour + 30_000, ["2026-01-01T06:00:00.000Z", "2026-01-01T07:00:00.000Z"]],
    ["all", 5.5 * hour, ["2026-01-01T01:00:00.000Z", "2026-01-01T02:00:00.000Z"]],
  ] as const)("with %s after %d ms", (missed, lateMs, expected) => {
    expect(show(planTick({ ...base, missed }, tick, tick, tick + lateMs))).toEqual(expected);
  });
});

describe("triggers", () => {
  const limits = resolveLimits();
  const parse = (trigger: unknown) => parseTriggers([trigger], at("2026-01-01T00:00:00Z"), limits);

  it("keep jitter and the rule for missed ticks", () => {
    expect(parse({ cron: "0 * * * *", jitter: "30s", missed: "all" })).toEqual([
      { cron: "0 * * * *", jitter: "30s", missed: "all" },
    ]);
    expect(parse({ cron: "0 * * * *", jitter: "", missed: null })).toEqual([{ cron: "0 * * * *" }]);
  });

  it.each([
    [{ cron: "0 * * * *", jitter: "500ms" }, "`jitter`"],
    [{ cron: "0 * * * *", jitter: "6m" }, "from 1s to 5m"],
    [{ cron: "0 * * * *", jitter: "soon" }, "`jitter`"],
    [{ cron: "0 * * * *", missed: "both" }, "`missed`"],
    [{ cron: "0 * * * *", event: "a/b" }, "not both"],
    [{ event: "" }, "needs an `event` name or a `cron`"],
    [{ event: "a/*/b" }, "`*` only as the last one"],
    [{ event: "a/b".repeat(100) }, "characters"],
    [7, "must be an object"],
  ])("refuse %j", (trigger, why) => {
    expect(() => parse(trigger)).toThrow(why);
  });

  it("take a cron that stands twice as one", () => {
    const cron = { cron: "0 * * * *" };
    expect(parseTriggers([cron, { event: "a/b" }, { ...cron }], 0, limits)).toEqual([cron, { event: "a/b" }]);
  });

  it("refuse a cron that stands twice with two meanings, too many triggers, and what is no list", () => {
    const cron = { cron: "0 * * * *" };
    expect(() => parseTriggers([cron, { ...cron, jitter: "5s" }], 0, limits)).toThrow("stands twice");
    expect(() => parseTriggers(Array(11).fill({ event: "a/b" }), 0, limits)).toThrow("the most is 10");
    expect(() => parseTriggers("x", 0, limits)).toThrow("must be an array");
    expect(parseTriggers(undefined, 0, limits)).toEqual([]);
  });
});

describe("crons of an engine", () => {
  let core: CoreEngine;
  beforeEach(async () => {
    core = await createCoreEngine({ scripts: { tick: ({ body }) => result(body.event.data) } });
  });
  afterEach(() => core.stop());

  const register = (trigger: object) =>
    core.engine.register(registration([functionConfig("tick", { triggers: [trigger] })]));

  async function scheduled(): Promise<string[]> {
    const runs = await core.store.listRuns({ order: "oldest", limit: 1000 });
    return runs.map((run) => (JSON.parse(run.output ?? "{}") as { scheduledAt: string }).scheduledAt);
  }

  async function outage(ms: number): Promise<void> {
    await core.engine.stop(0);
    await core.advance(ms);
    await core.engine.start();
    await core.idle();
  }

  it("start a run for every tick that an outage missed, when they say all", async () => {
    await register({ cron: "0 * * * *", missed: "all" });
    await outage(5.5 * hour);
    expect(await scheduled()).toEqual([1, 2, 3, 4, 5].map((h) => `2026-01-01T0${h}:00:00.000Z`));
    await core.advance(hour);
    expect(await scheduled()).toHaveLength(6);
  });

  it("start none for them, when they say skip, and go on with the next", async () => {
    await register({ cron: "0 * * * *", missed: "skip" });
    await outage(5.5 * hour);
    expect(await scheduled()).toEqual([]);
    await core.advance(hour);
    expect(await scheduled()).toEqual(["2026-01-01T06:00:00.000Z"]);
  });

  it("come later by their jitter, and still count as their tick", async () => {
    await register({ cron: "0 * * * *", jitter: "5m" });
    await core.advance(3 * hour + 300_000);
    expect(await scheduled()).toEqual([1, 2, 3].map((h) => `2026-01-01T0${h}:00:00.000Z`));
    const runs = await core.store.listRuns({ order: "oldest", limit: 10 });
    const delays = runs.map((run, index) => run.queuedAt - at(`2026-01-01T0${index + 1}:00:00Z`));
    expect(delays.every((delay) => delay >= 0 && delay <= 300_000)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(1);
  });
});
