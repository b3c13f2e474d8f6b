import { describe, expect, it } from "vitest";
import { parseFlow } from "../../../../server/src/core/apps/parse-flow.ts";
import { slotsOf } from "../../../../server/src/core/flow/concurrency.ts";
import { hashKey, keyLabel } from "../../../../server/src/core/flow/flow-key.ts";
import { rankOf } from "../../../../server/src/core/flow/priority.ts";
import { lazyView, type Subject } from "../../../../server/src/core/flow/subject.ts";
import { throttleOf } from "../../../../server/src/core/flow/throttle.ts";
import { resolveLimits } from "../../../../server/src/core/limits/limits.ts";
import { makeEvent, makeFunction, t0 } from "../../../conformance/store-records.ts";

const warnings: unknown[] = [];
const logger = { debug() {}, info() {}, error() {}, warn: (fields: unknown) => void warnings.push(fields) };

function subject(options: Record<string, unknown>, data: unknown, name = "f"): Subject {
  const flow = { ...parseFlow(options, resolveLimits()), backoff: null };
  const event = makeEvent("E1", { data: JSON.stringify(data) });
  return { parts: { logger }, fn: makeFunction("app", name, { flow }), event, view: lazyView(event), now: t0 };
}

describe("concurrency", () => {
  it("shares a slot between events of the same key, function by function", () => {
    const options = { concurrency: { limit: 2, key: "event.data.user" } };
    const keys = (data: unknown, name?: string) => slotsOf(subject(options, data, name)).slots.map(({ key }) => key);
    expect(keys({ user: "a" })).toEqual(keys({ user: "a", other: 1 }));
    expect(keys({ user: "a" })).not.toEqual(keys({ user: "b" }));
    expect(keys({ user: "a" })).not.toEqual(keys({ user: "a" }, "g"));
    expect(keys({ user: 1 })).not.toEqual(keys({ user: "1" }));
    expect(keys({})).toEqual(keys({ user: null }));
    expect(slotsOf(subject(options, { user: "a" })).slots).toMatchObject([
      { limit: 2, label: 'event.data.user = "a"' },
    ]);
  });

  it("shares a slot of the environment between functions whose keys have the same value", () => {
    const options = (key: string, scope: string) => ({ concurrency: { limit: 2, key, scope } });
    const keyOf = (key: string, scope: string, name: string) =>
      slotsOf(subject(options(key, scope), { user: "a", owner: "a" }, name)).slots[0]?.key;
    expect(keyOf("event.data.user", "env", "f")).toBe(keyOf("event.data.owner", "env", "g"));
    expect(keyOf("event.data.user", "env", "f")).not.toBe(keyOf("event.data.user", "account", "f"));
    expect(keyOf("event.data.user", "env", "f")).not.toBe(keyOf("event.data.user", "fn", "f"));
  });

  it("tells limits on steps and on runs apart, and two keys of one function", () => {
    const both = subject({ concurrency: { fn: [{ limit: 1 }], step: [{ limit: 5 }] } }, {});
    const { slots, runSlots } = slotsOf(both);
    expect(slots[0]?.key).not.toBe(runSlots[0]?.key);
    expect([slots[0]?.limit, runSlots[0]?.limit]).toEqual([5, 1]);
    const two = [
      { limit: 1, key: "event.data.a" },
      { limit: 2, key: "event.data.b" },
    ];
    const keys = slotsOf(subject({ concurrency: two }, { a: 1, b: 1 })).slots.map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it("gives a function without limits nothing", () => {
    expect(slotsOf(subject({}, {}))).toEqual({ slots: [], runSlots: [] });
    expect(throttleOf(subject({}, {}))).toBeNull();
  });
});

describe("throttle", () => {
  it("carries its pace, under a key for each value", () => {
    const options = { throttle: { limit: 2, period: "1m", key: "event.data.user" } };
    expect(throttleOf(subject(options, { user: "a" }))).toMatchObject({
      limit: 2,
      periodMs: 60_000,
      burst: 0,
      label: 'event.data.user = "a"',
    });
    expect(throttleOf(subject(options, { user: "a" }))?.key).not.toBe(throttleOf(subject(options, { user: "b" }))?.key);
    expect(throttleOf(subject({ throttle: { limit: 2, period: "1m" } }, {}))).toMatchObject({ label: "app-f" });
  });
});

describe("keys", () => {
  it("have one length, whatever their values, and their labels end", () => {
    expect(hashKey("a", "x".repeat(10_000))).toHaveLength(32);
    expect(hashKey("a", "b")).not.toBe(hashKey("ab"));
    expect(keyLabel("event.data.user", JSON.stringify("x".repeat(10_000))).length).toBeLessThan(120);
  });
});

describe("priority", () => {
  it.each([
    [120, t0 - 120_000],
    [-600, t0 + 600_000],
    [1.9, t0 - 1_000],
    [1e12, t0 - 43_200_000],
    [-1e12, t0 + 43_200_000],
    [null, t0],
    [true, t0 - 1_000],
  ])("of %j moves a run by so many seconds", (value, rank) => {
    expect(rankOf(subject({ priority: { run: "event.data.p" } }, { p: value }), t0)).toBe(rank);
  });

  it("that is no number moves nothing, and is logged", () => {
    warnings.length = 0;
    expect(rankOf(subject({ priority: { run: "event.data.p" } }, { p: "high" }), t0)).toBe(t0);
    expect(warnings).toMatchObject([{ function: "app-f", option: "priority.run" }]);
    expect(rankOf(subject({}, {}), t0)).toBe(t0);
  });
});
