import { describe, expect, it } from "vitest";
import { compileKey, compileNumber, evaluateKey, evaluateNumber } from "../../../../server/src/core/expression/key.ts";

const now = Date.UTC(2026, 0, 1);
const event = { name: "x", data: { a: "t1", n: 5, list: [1, { b: 2 }], vip: true } };

describe("keys", () => {
  it.each([
    ["event.data.a", "t1", '"t1"'],
    ["event.data.n", 5, "5"],
    ["event.data.n + 1", 6, "6"],
    ["1 + 1", 2, "2"],
    ['"shared"', "shared", '"shared"'],
    ["event.data.missing", null, "null"],
    ["event.data.a == 't2'", false, "false"],
    ["event.data.a + '-' + event.data.n", "t1-5", '"t1-5"'],
    ["event.data.list", [1, { b: 2 }], '[1,{"b":2}]'],
    ["{'z': 1, 'a': [2u]}", { z: 1, a: [2] }, '{"a":[2],"z":1}'],
    ["now()", "2026-01-01T00:00:00.000Z", '"2026-01-01T00:00:00.000Z"'],
    ["duration('1h')", 3_600_000, "3600000"],
    ["type(1)", "int", '"int"'],
    ["b'hi'", "aGk=", '"aGk="'],
  ])("%s", (expression, value, text) => {
    compileKey(expression);
    expect(evaluateKey(expression, event, now)).toEqual({ ok: true, value, text });
  });

  it("of ten kilobytes are taken", () => {
    const long = evaluateKey("event.data.a", { data: { a: "k".repeat(10_240) } }, now);
    expect(long).toMatchObject({ ok: true, text: `"${"k".repeat(10_240)}"` });
    expect(evaluateKey(`"${"k".repeat(10_240)}"`, event, now)).toMatchObject({ ok: true });
  });

  it("that fail say why", () => {
    expect(evaluateKey("event.data.n / 0", event, now)).toEqual({
      ok: false,
      error: "The key `event.data.n / 0` could not be evaluated: divide by zero",
    });
    expect(evaluateKey("event.data.n +", event, now)).toMatchObject({
      ok: false,
      error: expect.stringContaining("EOF"),
    });
    expect(() => compileKey("async.data.x", "throttle.key")).toThrow("The throttle.key `async.data.x` cannot be used");
  });
});

describe("numbers", () => {
  it.each([
    ["event.data.vip == true ? 300 : 0", 300],
    ["event.data.n * 1.5", 7.5],
    ["event.data.missing", 0],
    ["event.data.vip", 1],
    ["-60", -60],
  ])("%s", (expression, value) => {
    compileNumber(expression);
    expect(evaluateNumber(expression, event, now)).toEqual({ ok: true, value });
  });

  it("that are none say so", () => {
    expect(evaluateNumber("event.data.a", event, now)).toMatchObject({
      ok: false,
      error: expect.stringContaining("gave string"),
    });
    expect(evaluateNumber("event.data.n / 0", event, now)).toMatchObject({ ok: false });
    expect(() => compileNumber("'high'", "priority.run")).toThrow(
      "The priority.run `'high'` cannot be used: it gives string",
    );
  });
});
