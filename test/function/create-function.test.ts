import { describe, expect, it } from "vitest";
import { toRegistration } from "../../src/function/index.ts";
import { Inngest } from "../../src/index.ts";

const client = new Inngest({ id: "app" });
const create = client.createFunction.bind(client) as (...args: unknown[]) => ReturnType<typeof client.createFunction>;
const handler = (): number => 1;
const url = "https://a.test/api/inngest?x=1";

describe("createFunction", () => {
  it("takes both call styles", () => {
    const one = create(
      {
        id: "f",
        triggers: [
          { event: "e", if: "true" },
          { cron: "0 6 * * *", jitter: "30s" },
        ],
      },
      handler,
    );
    const two = create(
      { id: "f" },
      [
        { event: "e", if: "true" },
        { cron: "0 6 * * *", jitter: "30s" },
      ],
      handler,
    );
    expect(one.triggers).toEqual([
      { event: "e", expression: "true" },
      { cron: "0 6 * * *", jitter: "30s" },
    ]);
    expect(two.triggers).toEqual(one.triggers);
    expect(create({ id: "f" }, handler).triggers).toEqual([]);
    expect(create({ id: "f", triggers: { event: "inngest/function.invoked" } }, handler).triggers).toEqual([]);
  });

  it.each([
    [[undefined, handler], "createFunction(): option `id` is missing; allowed: a text"],
    [[{}, handler], "`id` is missing"],
    [[{ id: "" }, handler], '`id` is ""'],
    [[{ id: 5 }, handler], "`id` is 5"],
    [[{ id: "f" }], 'Function "f": createFunction expects a handler function'],
    [[{ id: "f" }, { event: "e" }, "x"], 'but got "x"'],
    [[{ id: "f" }, undefined, handler], "option `triggers` is undefined"],
    [[{ id: "f", triggers: { event: "a" } }, { event: "e" }, handler], "option `triggers` is given twice"],
    [[{ id: "f", retries: 21 }, handler], "option `retries` is 21; allowed: a whole number from 0 to 20"],
    [[{ id: "f", retries: -1 }, handler], "`retries` is -1"],
    [[{ id: "f", retries: 1.5 }, handler], "`retries` is 1.5"],
    [[{ id: "f", retries: "3" }, handler], '`retries` is "3"'],
    [
      [{ id: "f", middleware: [class Foreign {}] }, handler],
      'Function "f": option `middleware[0]` is the function "Foreign"',
    ],
    [[{ id: "f", retrys: 1 }, handler], "option `retrys` is not known"],
    [[{ id: "f", concurrency: "x" }, handler], "option `concurrency`"],
    [[{ id: "f", concurrency: [1, 2, 3] }, handler], "has 3 entries; allowed: at most 2"],
    [[{ id: "f", throttle: 5 }, handler], "option `throttle` is 5; allowed: an object with limit, period"],
    [[{ id: "f", name: 5 }, handler], "option `name` is 5; allowed: a text"],
    [[{ id: "f", onFailure: "x" }, handler], 'option `onFailure` is "x"; allowed: a function'],
    [[{ id: "f", cancelOn: {} }, handler], "option `cancelOn` is an object; allowed: an array"],
    [[{ id: "f", cancelOn: [{}] }, handler], "`cancelOn[0].event` is missing"],
    [[{ id: "f", cancelOn: [{ event: "e", match: "data.x", if: "true" }] }, handler], "has both match and if"],
    [
      [{ id: "f", triggers: Array(11).fill({ event: "e" }) }, handler],
      "`triggers` has 11 entries; allowed: at most 10",
    ],
    [[{ id: "f", triggers: "e" }, handler], '`triggers[0]` is "e"'],
    [[{ id: "f", triggers: {} }, handler], "`triggers[0]` has neither event nor cron"],
    [[{ id: "f", triggers: { event: "e", cron: "* * * * *" } }, handler], "has both event and cron"],
    [[{ id: "f", triggers: { event: "" } }, handler], "`triggers[0].event`"],
    [[{ id: "f", triggers: { event: "a*b" } }, handler], "`*` only as the last one"],
    [[{ id: "f", triggers: { event: "x".repeat(256) } }, handler], "1 to 255 characters"],
    [
      [{ id: "f", triggers: { event: "e", filter: "x" } }, handler],
      "`triggers[0].filter` is not known; allowed: event, if",
    ],
    [[{ id: "f", triggers: { cron: "* * * *" } }, handler], "five fields"],
    [[{ id: "f", triggers: { cron: "* * * * * *" } }, handler], "five fields"],
    [[{ id: "f", triggers: { cron: "every day at six !" } }, handler], "five fields"],
    [
      [{ id: "f", triggers: { cron: "0 6 * * *", if: "true" } }, handler],
      "`triggers[0].if` is not known; allowed: cron, jitter, missed",
    ],
  ])("refuses %j", (args, message) => {
    expect(() => create(...args)).toThrow(message);
  });

  it.each(["0 6 * * *", "TZ=Europe/Berlin 0 6 * * 1-5", "*/15 0,12 1 JAN MON", "@daily"])(
    "accepts the schedule %s",
    (cron) => {
      expect(create({ id: "f", triggers: { cron } }, handler).triggers).toEqual([{ cron }]);
    },
  );
});

describe("toRegistration", () => {
  it("writes timeouts of cancelOn as the protocol does", () => {
    const cancelOn = [
      { event: "a", timeout: "90m" },
      { event: "b", timeout: 1500 },
      { event: "c", timeout: new Date(0) },
    ];
    const [config] = toRegistration(create({ id: "f", cancelOn }, handler), "app", url);
    expect(config?.cancel).toEqual([
      { event: "a", timeout: "1h30m" },
      { event: "b", timeout: "1s500ms" },
      { event: "c", timeout: "1970-01-01T00:00:00.000Z" },
    ]);
  });

  it("keeps the query of the app's address, and does not send the description", () => {
    const [config] = toRegistration(create({ id: "f", description: "secret", retries: 0 }, handler), "app", url);
    expect(config?.steps["step"]).toEqual({
      id: "step",
      name: "step",
      runtime: { type: "http", url: "https://a.test/api/inngest?x=1&fnId=app-f&stepId=step" },
      retries: { attempts: 0 },
    });
    expect(JSON.stringify(config)).not.toContain("secret");
  });
});
