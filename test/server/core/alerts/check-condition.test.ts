/** Conditions at, below and above their thresholds. */
import { describe, expect, it } from "vitest";
import { checkCondition } from "../../../../server/src/core/alerts/check-condition.ts";
import type { AlertFacts, WatchedApp } from "../../../../server/src/core/alerts/facts.ts";
import {
  type AlertCondition,
  type ConditionKind,
  conditionSpecs,
} from "../../../../server/src/domain/alerts/condition.ts";
import type { AlertRule } from "../../../../server/src/domain/alerts/rule.ts";
import { emptyFigures, type Figures } from "../../../../server/src/domain/metrics/figures.ts";
import { addTo, quantile } from "../../../../server/src/domain/metrics/histogram.ts";

const now = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;

function rule(kind: ConditionKind, more: Partial<AlertCondition> = {}, enabledAt = now): AlertRule {
  const { threshold, window, minRuns } = conditionSpecs[kind];
  const condition: AlertCondition = {
    kind,
    functionId: null,
    app: null,
    threshold: threshold?.default ?? null,
    windowMs: window?.default ?? null,
    minRuns: minRuns?.default ?? null,
    ...more,
  };
  return {
    ...{ id: "R", name: "R", condition, severity: "warning", channelIds: [], enabled: true, repeatMs: null },
    ...{ enabledAt, createdAt: now, createdBy: "ana" },
  };
}

function facts(more: Partial<AlertFacts> = {}): AlertFacts {
  return {
    ...{ now, pauses: [], apps: [], outages: new Map(), backlog: [], diskPercent: null },
    figures: () => emptyFigures(),
    lastSuccessAt: () => null,
    ...more,
  };
}

const check = (one: AlertRule, given: AlertFacts) => checkCondition(one, one.condition.functionId, given);
const state = (one: AlertRule, given: AlertFacts) => check(one, given)[0]?.state;

describe("the kill switch", () => {
  const pause = {
    scope: "all",
    targetId: "",
    reason: "deploy",
    author: "ana",
    at: now - minuteMs,
    arriving: "hold",
  } as const;
  const shop: WatchedApp = { id: "A", name: "shop", functionIds: [], sync: "ok", failedSince: null, error: null };

  it("is active while everything is paused, and not while a part is", () => {
    expect(check(rule("kill-switch"), facts({ pauses: [pause] }))).toMatchObject([
      { state: "holds", text: "Everything has been paused by ana for 1 min: deploy" },
    ]);
    expect(state(rule("kill-switch"), facts())).toBe("over");
    expect(state(rule("kill-switch"), facts({ pauses: [{ ...pause, scope: "app", targetId: "A" }] }))).toBe("over");
  });

  it("of an app is active while that or everything is paused", () => {
    const one = rule("kill-switch", { app: "shop" });
    const of = (targetId: string) => facts({ apps: [shop], pauses: [{ ...pause, scope: "app", targetId }] });
    expect([state(one, of("A")), state(one, of("B"))]).toEqual(["holds", "over"]);
    expect(state(one, facts({ apps: [shop], pauses: [pause] }))).toBe("holds");
  });
});

describe("no success", () => {
  it.each([
    [29 * minuteMs, "over"],
    [30 * minuteMs - 1, "over"],
    [30 * minuteMs, "holds"],
    [31 * minuteMs, "holds"],
  ])("%i ms after the last one: %s", (ago, expected) => {
    const one = rule("no-success", { functionId: "f" });
    expect(check(one, facts({ lastSuccessAt: () => now - ago }))).toMatchObject([{ state: expected, value: ago }]);
  });

  it("gives what never succeeded the time of the rule", () => {
    const never = (enabledMs: number) => rule("no-success", { functionId: "f" }, now - enabledMs);
    expect(state(never(30 * minuteMs - 1), facts())).toBe("over");
    expect(state(never(30 * minuteMs), facts())).toBe("holds");
  });
});

const figuresOf = (completed: number, failed: number): Figures => ({
  ...emptyFigures(),
  runs: { Completed: completed, Failed: failed, Cancelled: 100 },
});
const rates = (completed: number, failed: number) => facts({ figures: () => figuresOf(completed, failed) });

describe("rates", () => {
  it.each([
    [69, 31, "holds", 69],
    [70, 30, "over", 70],
    [71, 29, "over", 71],
    [0, 5, "holds", 0],
    [0, 4, "over", null],
    [0, 0, "over", null],
  ])("a success rate of %i to %i below 70 %%: %s", (completed, failed, expected, value) => {
    expect(check(rule("success-rate"), rates(completed, failed))).toMatchObject([{ state: expected, value }]);
  });

  it.each([
    [79, 21, "holds", 21],
    [80, 20, "over", 20],
    [81, 19, "over", 19],
    [0, 4, "over", null],
  ])("a failure rate of %i to %i above 20 %%: %s", (completed, failed, expected, value) => {
    expect(check(rule("failure-rate"), rates(completed, failed))).toMatchObject([{ state: expected, value }]);
  });
});

describe("numbers", () => {
  const row = { queued: 0, running: 0, oldestQueuedAt: null, deadLetters: 0 };

  it.each([
    [9, "over"],
    [10, "holds"],
    [11, "holds"],
  ])("%i dead letters of ten: %s", (count, expected) => {
    const backlog = [
      { ...row, functionId: "f", deadLetters: count - 4 },
      { ...row, functionId: "g", deadLetters: 4 },
    ];
    expect(check(rule("dead-letters"), facts({ backlog }))).toMatchObject([{ state: expected, value: count }]);
    expect(check(rule("dead-letters", { functionId: "g" }), facts({ backlog }))).toMatchObject([
      { state: "over", value: 4 },
    ]);
  });

  it.each([
    [5 * minuteMs - 1, "over"],
    [5 * minuteMs, "over"],
    [5 * minuteMs + 1, "holds"],
  ])("a queue that is %i ms old, of five minutes: %s", (age, expected) => {
    const backlog = [
      { ...row, functionId: "f", queued: 1, oldestQueuedAt: now - age },
      { ...row, functionId: "g", running: 1 },
    ];
    expect(check(rule("queue-age"), facts({ backlog }))).toMatchObject([{ state: expected, value: age }]);
    expect(state(rule("queue-age", { functionId: "g" }), facts({ backlog }))).toBe("over");
  });

  it.each([
    [-1, "holds"],
    [0, "over"],
    [1, "over"],
  ])("a p95 with a threshold %i ms above it: %s", (above, expected) => {
    const figures = emptyFigures();
    for (let run = 0; run < 20; run += 1) addTo(figures.runMs, 1500);
    const p95 = quantile(figures.runMs, 0.95) ?? 0;
    const given = facts({ figures: () => figures });
    expect(check(rule("run-time", { threshold: p95 + above }), given)).toMatchObject([{ state: expected, value: p95 }]);
    expect(state(rule("run-time", { threshold: 1, minRuns: 21 }), given)).toBe("over");
  });

  it.each([
    [89.9, "over"],
    [90, "holds"],
    [95, "holds"],
    [null, "unknown"],
  ])("a disk that is %s %% full, of 90: %s", (diskPercent, expected) => {
    expect(state(rule("disk"), facts({ diskPercent }))).toBe(expected);
  });
});

describe("an app that cannot be reached", () => {
  const app = (more: Partial<WatchedApp> = {}): WatchedApp => ({
    ...{ id: "A", name: "shop", functionIds: ["f"], sync: "ok", failedSince: null, error: null },
    ...more,
  });
  const outage = (since: number, at = now) => new Map([["f", { functionId: "f", since: now - since, at }]]);
  const find = (one: WatchedApp, outages: AlertFacts["outages"] = new Map()) =>
    state(rule("app-unreachable"), facts({ apps: [one], outages }));

  it("is told of after a minute, by its calls or by its syncs", () => {
    expect(find(app(), outage(minuteMs))).toBe("holds");
    expect(find(app({ sync: "failed", failedSince: now - minuteMs, error: "refused" }))).toBe("holds");
  });

  it("neither begins nor ends an alert before the minute is over, or while nobody has asked it", () => {
    expect(find(app(), outage(minuteMs - 1))).toBe("unknown");
    expect(find(app({ sync: "unknown" }))).toBe("unknown");
    expect(find(app())).toBe("over");
  });

  it("is over when what is held has not been tried for long, as in a pause", () => {
    expect(find(app(), outage(3_600_000, now - 3 * minuteMs - 1))).toBe("over");
  });

  it("is one finding an app", () => {
    const apps = [app(), app({ id: "B", name: "blog", functionIds: ["g"] })];
    const all = check(rule("app-unreachable"), facts({ apps, outages: outage(minuteMs) }));
    expect(all.map(({ subject, state: found }) => [subject, found])).toEqual([
      ["shop", "holds"],
      ["blog", "over"],
    ]);
    expect(check(rule("app-unreachable", { app: "blog" }), facts({ apps }))).toHaveLength(1);
  });
});
