import { describe, expect, it } from "vitest";
import { addTally, emptyFigures, type Figures, mergeFigures } from "../../../../server/src/domain/metrics/figures.ts";
import { bucketStart } from "../../../../server/src/domain/metrics/rollup.ts";
import { callAnswers, type Tally } from "../../../../server/src/domain/metrics/tally.ts";
import { errorName } from "../../../../server/src/domain/run/error-name.ts";

const functionId = "f";
const failed = (error: string): Tally => ({ kind: "run-ended", functionId, status: "Failed", runMs: 5, error });

function figuresOf(tallies: readonly Tally[], now = 1000): Figures {
  const figures = emptyFigures();
  for (const tally of tallies) addTally(figures, tally, now);
  return figures;
}

const all: Tally[] = [
  { kind: "run-started", functionId, waitMs: 3 },
  { kind: "run-ended", functionId, status: "Completed", runMs: 70, error: null },
  { kind: "run-ended", functionId, status: "Skipped", runMs: null, error: null },
  failed("TypeError"),
  { kind: "step-ended", functionId, status: "TimedOut", stepMs: null },
  { kind: "step-ended", functionId, status: "Completed", stepMs: 9 },
  { kind: "retry", functionId },
  { kind: "dead-letter", functionId },
  { kind: "call", functionId, appId: "a", answer: "error", callMs: 12 },
];

describe("figures", () => {
  it("count each kind of thing", () => {
    expect(figuresOf(all)).toMatchObject({
      started: 1,
      runs: { Completed: 1, Skipped: 1, Failed: 1 },
      steps: { TimedOut: 1, Completed: 1 },
      retries: 1,
      deadLetters: 1,
      errors: { TypeError: 1 },
      runMs: { count: 2, sum: 75 },
      waitMs: { count: 1, sum: 3 },
      stepMs: { count: 1, sum: 9 },
      calls: { error: 1 },
      callMs: { count: 1, sum: 12 },
      lastSuccessAt: 1000,
    });
  });

  it("count each answer of a call by itself", () => {
    const calls = callAnswers.map((answer): Tally => ({ kind: "call", functionId, appId: "a", answer, callMs: 1 }));
    expect(figuresOf(calls).calls).toEqual({ ok: 1, error: 1, unreachable: 1, crashed: 1 });
  });

  it("add up, as if all had been counted in one, also when they were stored in between", () => {
    const sum = JSON.parse(JSON.stringify(figuresOf(all))) as Figures;
    mergeFigures(sum, figuresOf(all, 3000));
    mergeFigures(sum, emptyFigures());
    expect(sum).toEqual({ ...figuresOf([...all, ...all]), lastSuccessAt: 3000 });
  });

  it("tell twenty names of errors apart, and take any text for a name", () => {
    const names = ["__proto__", "constructor", ...Array.from({ length: 30 }, (_, n) => `E${n}`), "E1", "x".repeat(200)];
    const { errors } = figuresOf(names.map(failed));
    expect(Object.keys(errors)).toHaveLength(20);
    expect(errors).toMatchObject({ constructor: 1, E1: 2, other: 14 });
    expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(names.length);
  });
});

it("buckets begin at whole minutes, hours and days of UTC", () => {
  const at = Date.UTC(2026, 10, 28, 7, 3, 59, 999);
  expect(
    (["minute", "hour", "day", "ever"] as const).map((unit) => new Date(bucketStart(unit, at)).toISOString()),
  ).toEqual([
    "2026-11-28T07:03:00.000Z",
    "2026-11-28T07:00:00.000Z",
    "2026-11-28T00:00:00.000Z",
    "1970-01-01T00:00:00.000Z",
  ]);
});

it.each([
  ['{"name":"CardError","message":"no"}', "CardError"],
  ['{"message":"no"}', "Error"],
  ['{"name":5}', "Error"],
  ["null", "Error"],
  ["not json", "Error"],
  [null, "Error"],
])("the error %s is counted as %s", (text, name) => {
  expect(errorName(text)).toBe(name);
});
