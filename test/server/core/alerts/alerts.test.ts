/** Alerts on SQLite, by the clock; and what an engine without rules does for them: nothing. */
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../server/src/store/sqlite/open-store.ts";
import { functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, result } from "../../../helpers/scripted-caller.ts";
import { createWorld, type OpenWithMeter, testAlerts } from "./alert-suite.ts";

const open: OpenWithMeter = async (meter) => openSqliteStore({ directory: null, meter });
const alertCalls = (asked: Map<string, number>): number =>
  [...asked].reduce((sum, [name, count]) => (name.startsWith("alerts.") ? sum + count : sum), 0);

describe("alerts on SQLite", () => testAlerts(open));

describe("an app that cannot be reached", () => {
  it("is told of when its calls do not reach it, and its end when they do", async () => {
    const world = await createWorld(open);
    const state = { isDown: true };
    const core = await world.start(undefined, {
      "app-f": async () =>
        state.isDown ? { ...failure({ name: "Error", message: "refused" }), unreached: "down" as const } : result(1),
    });
    await core.engine.register(registration([functionConfig("app-f")]));
    await core.engine.alerts.createRule({ condition: "app-unreachable" }, "ana");
    await core.engine.ingest({ body: { name: "test/app-f" }, seed: null });
    await world.advance(30_000);
    expect(await world.store.alerts.listAlerts({ limit: 10 })).toEqual([]);
    await world.advance(2 * 60_000);
    expect(await world.store.alerts.listAlerts({ limit: 10 })).toMatchObject([{ subject: "app", endedAt: null }]);
    state.isDown = false;
    await world.advance(2 * 60_000);
    expect(await world.store.alerts.listAlerts({ limit: 10 })).toMatchObject([{ subject: "app", end: "over" }]);
  });
});

describe("an engine without rules", () => {
  it("asks nothing for alerts but once when it starts, however long it runs", async () => {
    const world = await createWorld(open);
    await world.start();
    const atStart = alertCalls(world.asked);
    await world.advance(24 * 3_600_000);
    expect(alertCalls(world.asked)).toBe(atStart);
  });

  it("asks each thing once a look, however many rules and functions there are", async () => {
    const world = await createWorld(open);
    const core = await world.start();
    const names = Array.from({ length: 20 }, (_, index) => `app-f${index}`);
    await core.engine.register(registration(names.map((name) => functionConfig(name))));
    for (const name of names) {
      await core.engine.alerts.createRule({ condition: "no-success", function: name, windowMs: 86_400_000 }, "ana");
      await core.engine.alerts.createRule({ condition: "success-rate", function: name }, "ana");
      await core.engine.alerts.createRule({ condition: "queue-age", function: name }, "ana");
    }
    await world.advance(15_000);
    world.asked.clear();
    await world.advance(60_000);
    const counts = ["alerts.listRules", "listRollups", "listBacklog", "alerts.listChannels"].map(
      (name) => world.asked.get(name) ?? 0,
    );
    expect(counts).toEqual([4, 8, 4, 0]);
  });
});
