import { describe, expect, it } from "vitest";
import { compileCondition, evaluateCondition } from "../../../server/src/core/expression/condition.ts";

const holds = (condition: string, data: unknown): boolean =>
  evaluateCondition(condition, { id: "1", name: "x", ts: 5, user: {}, data }).holds;

describe("conditions", () => {
  it.each([
    ["event.data.n + 1 == 6", true],
    ["1 + event.data.n == 6", true],
    ["event.data.n - 1 == 4", true],
    ["9 - event.data.n == 4", true],
    ["event.data.n * 2 == 10", true],
    ["2 * event.data.n == 10", true],
    ["event.data.n / 2 == 2.5", true],
    ["10 / event.data.n == 2", true],
    ["event.data.n > 4 && event.data.n <= 5.0", true],
    ["event.data.list.exists(x, x == 'b')", true],
    ["event.data.text.startsWith('he') || event.data.missing", true],
    ["event.name == 'x' && event.ts == 5", true],
    ["'n' in event.data && !('m' in event.data)", true],
    ["event.data.missing == 1", false],
    ["event.data.n == '5'", false],
  ])("%s", (condition, expected) => {
    expect(holds(condition, { n: 5, list: ["a", "b"], text: "hello" })).toBe(expected);
  });

  it("say what was wrong when they fail for another reason than a missing field", () => {
    expect(evaluateCondition("event.data.n.size() > 1", { data: { n: 5 } })).toEqual({
      holds: false,
      error: expect.any(String),
    });
    expect(evaluateCondition("event.data.n", { data: { n: 5 } }).error).toContain(
      "gave number instead of true or false",
    );
    expect(evaluateCondition("event.data.n > 1", { data: {} })).toEqual({ holds: false, error: null });
  });

  it.each([
    "event.data.s.matches('a')",
    "[1, 2].exists(x, event.name.matches('a'))",
    "matches(event.name, 'a')",
    "unknown.data == 1",
    "1 +",
  ])("%s is refused", (condition) => {
    expect(() => compileCondition(condition)).toThrow(expect.objectContaining({ code: "invalid_expression" }));
  });
});
