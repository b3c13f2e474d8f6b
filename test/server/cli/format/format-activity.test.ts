import { describe, expect, it } from "vitest";
import {
  createChangeFilter,
  createLineNotifier,
  createLogNotifier,
} from "../../../../server/src/cli/create-activity-notifier.ts";
import { createTextLogger } from "../../../../server/src/cli/create-text-logger.ts";
import { createColors } from "../../../../server/src/cli/format/colors.ts";
import { formatActivity, toActivityFields } from "../../../../server/src/cli/format/format-activity.ts";
import { formatDuration, formatMoment } from "../../../../server/src/cli/format/format-duration.ts";
import type { Activity } from "../../../../server/src/domain/activity.ts";

/** 14:03:07.042 here, wherever that is. */
const at = new Date(2026, 10, 22, 14, 3, 7, 42).getTime();
const colors = createColors(false, {});
const run = { runId: "01M80R187WJ2DMJ17EGEZM5JX1", slug: "shop-place-order" };

const activities: Activity[] = [
  { kind: "app-synced", at, app: "shop", url: "http://localhost:3000/api/inngest", functions: 2, modified: true },
  { kind: "event-received", at, eventId: "01M80R187WJ2DMJ17EGEZM5JWZ", name: "shop/order.placed", runs: 1 },
  { kind: "event-received", at, eventId: "01M80R187WJ2DMJ17EGEZM5JWZ", name: "nobody/listens", runs: 0 },
  { kind: "run-started", at, ...run },
  { kind: "step-ended", at, ...run, step: "reserve-stock", durationMs: 121, failed: false, error: null },
  { kind: "step-sleeping", at, ...run, step: "cool-down", until: at + 90_000 },
  {
    kind: "attempt-failed",
    at,
    ...run,
    step: "charge-card",
    attempt: 0,
    maxAttempts: 4,
    error: "Error: busy\n  try later",
    retryAt: at + 18_000,
  },
  {
    kind: "attempt-failed",
    at,
    ...run,
    step: null,
    attempt: 1,
    maxAttempts: 4,
    error: "TypeError: no",
    retryAt: at + 300_000,
  },
  { kind: "step-ended", at, ...run, step: "charge-card", durationMs: null, failed: true, error: "busy" },
  { kind: "run-ended", at, ...run, status: "Completed", durationMs: 1234, error: null },
  { kind: "run-ended", at, ...run, status: "Failed", durationMs: 65_000, error: "busy" },
  { kind: "run-ended", at, ...run, status: "Cancelled", durationMs: 12, error: null },
  { kind: "app-unreachable", at, url: "http://localhost:3000/api/inngest", error: "Unable to reach SDK URL" },
];

describe("formatActivity", () => {
  it("gives each a line in columns", () => {
    const lines = activities.map((activity) => formatActivity(activity, { colors, subjectWidth: 24, width: null }));
    expect(`\n${lines.join("\n")}`).toMatchInlineSnapshot(`
      "
      14:03:07.042  ● app   shop                      2 functions at http://localhost:3000/api/inngest
      14:03:07.042  ● event shop/order.placed         starts 1 run
      14:03:07.042  ● event nobody/listens            starts nothing
      14:03:07.042  ▶ run   shop-place-order ZM5JX1   started 01M80R187WJ2DMJ17EGEZM5JX1
      14:03:07.042  ✓ step  shop-place-order ZM5JX1   reserve-stock 121ms
      14:03:07.042  ◌ sleep shop-place-order ZM5JX1   cool-down until 14:04:37 (1m 30s)
      14:03:07.042  ↻ retry shop-place-order ZM5JX1   charge-card attempt 1 of 4 failed, next in 18s: busy try later
      14:03:07.042  ↻ retry shop-place-order ZM5JX1   attempt 2 of 4 failed, next in 5m 00s: TypeError: no
      14:03:07.042  ✗ step  shop-place-order ZM5JX1   charge-card failed: busy
      14:03:07.042  ✓ run   shop-place-order ZM5JX1   completed in 1.2s
      14:03:07.042  ✗ run   shop-place-order ZM5JX1   failed in 1m 05s: busy
      14:03:07.042  ■ run   shop-place-order ZM5JX1   cancelled in 12ms
      14:03:07.042  ! app   http://localhost:3000/api/inngest  Unable to reach SDK URL"
    `);
  });

  it("cuts what is too long for the terminal", () => {
    const line = formatActivity(
      { kind: "run-ended", at, ...run, status: "Failed", durationMs: 1, error: "x".repeat(500) },
      { colors, subjectWidth: 24, width: 100 },
    );
    expect(line).toHaveLength(100);
    expect(line.endsWith("…")).toBe(true);
  });
});

describe("toActivityFields", () => {
  it("names fields as the API does", () => {
    expect(
      toActivityFields({
        kind: "attempt-failed",
        at,
        ...run,
        step: null,
        attempt: 0,
        maxAttempts: 4,
        error: "no",
        retryAt: 0,
      }),
    ).toEqual({
      kind: "attempt-failed",
      run_id: run.runId,
      slug: run.slug,
      step: null,
      attempt: 0,
      max_attempts: 4,
      error: "no",
      retry_at: "1970-01-01T00:00:00.000Z",
    });
  });
});

describe("createChangeFilter", () => {
  const synced = (modified: boolean): Activity => ({
    kind: "app-synced",
    at,
    app: "shop",
    url: "http://localhost:3000/x",
    functions: 1,
    modified,
  });

  it("lets a sync through once a change", () => {
    const isWorthALine = createChangeFilter();
    expect([synced(true), synced(false), synced(false), synced(true), synced(false)].map(isWorthALine)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it("says that an app is back, by whatever name of this machine", () => {
    const isWorthALine = createChangeFilter();
    const gone: Activity = { kind: "app-unreachable", at, url: "http://127.0.0.1:3000/x", error: "refused" };
    expect([synced(false), gone, synced(false), synced(false)].map(isWorthALine)).toEqual([true, true, true, false]);
  });
});

describe("notifiers", () => {
  it("widen the column for long names and stay there", () => {
    const lines: string[] = [];
    const notifier = createLineNotifier(
      (line) => void lines.push(line),
      colors,
      () => null,
    );
    notifier.notify({
      kind: "event-received",
      at,
      eventId: "e",
      name: "a-name-of-thirty-six-characters-long",
      runs: 0,
    });
    notifier.notify({ kind: "event-received", at, eventId: "e", name: "short", runs: 0 });
    expect(lines[0]?.indexOf("starts")).toBe(lines[1]?.indexOf("starts"));
  });

  it("log trouble as a warning, the rest as information", () => {
    const entries: [string, unknown, string][] = [];
    const log = (level: string) => (fields: unknown, message: string) => void entries.push([level, fields, message]);
    const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const notifier = createLogNotifier(logger, colors);
    for (const activity of activities) notifier.notify(activity);
    expect(entries.map(([level]) => level).join(" ")).toBe(
      "info info info info info info warn warn info info warn info warn",
    );
    expect(entries[1]?.[2]).toBe("event: shop/order.placed: starts 1 run");
  });
});

describe("createTextLogger", () => {
  it("writes what is loud enough, with its fields", () => {
    const lines: string[] = [];
    const logger = createTextLogger(
      (line) => void lines.push(line),
      "warn",
      colors,
      () => at,
    );
    logger.info({}, "quiet");
    logger.warn({ url: "http://a", err: new Error("boom") }, "trouble");
    expect(lines).toEqual(["14:03:07.042  ! warn  trouble url=http://a err=boom"]);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0ms"],
    [999, "999ms"],
    [1000, "1.0s"],
    [9949, "9.9s"],
    [9950, "10s"],
    [59_499, "59s"],
    [59_500, "1m 00s"],
    [312_000, "5m 12s"],
    [7_500_000, "2h 05m"],
    [86_400_000 * 3 + 4 * 3_600_000, "3d 4h"],
  ])("%d ms is %s", (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe("formatMoment", () => {
  it("leaves today's date out", () => {
    expect(formatMoment(at, at + 1000)).toBe("14:03:07");
    expect(formatMoment(at, at + 86_400_000)).toBe("2026-11-22 14:03:07");
  });
});
