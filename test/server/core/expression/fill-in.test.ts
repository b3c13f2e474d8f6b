import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateCondition } from "../../../../server/src/core/expression/condition.ts";
import { fillIn, needsTrigger } from "../../../../server/src/core/expression/fill-in.ts";
import { lookupValue } from "../../../../server/src/domain/run/wait.ts";
import { runs } from "../../../helpers/runs.ts";

const event = {
  id: "1",
  name: "x",
  ts: 5,
  user: {},
  data: {
    id: 7,
    neg: -2,
    text: 'a"b\\c\n\u0001',
    list: [1, "b", null],
    map: { k: true },
    long: "x".repeat(5000),
    big: 1e21,
  },
};

describe("filling in", () => {
  it.each([
    ["async.data.id == event.data.id", "async.data.id == 7.0", "data.id", "7"],
    ["event.data.id == async.data.id", "7.0 == async.data.id", "data.id", "7"],
    [
      "async.data.n > 1 && (async.data.id == event.data.id && true)",
      "async.data.n > 1 && (async.data.id == 7.0 && true)",
      "data.id",
      "7",
    ],
    ["async.data.id == event.data.missing", "async.data.id == null", "data.id", "null"],
    ["async.data.id == 'a'", "async.data.id == 'a'", "data.id", '"a"'],
    ["async.data.id == 5", "async.data.id == 5", "data.id", "5"],
    ["async.data['user-id'] == true", "async.data['user-id'] == true", "data.user-id", "true"],
    ["async.name == event.name", 'async.name == "x"', "name", '"x"'],
    ["async.data.t == event.data.text", 'async.data.t == "a\\"b\\\\c\\n\\u0001"', "data.t", '"a\\"b\\\\c\\n\\u0001"'],
    // not looked up by: no equality of a field with a plain value that must hold
    ["async.data.id == event.data.list", 'async.data.id == [1.0,"b",null]', "", ""],
    ["async.data.id == event.data.map", 'async.data.id == {"k":true}', "", ""],
    ["async.data.id == event.data.id || true", "async.data.id == 7.0 || true", "", ""],
    ["async.data.id != event.data.id", "async.data.id != 7.0", "", ""],
    ["async.data['a.b'] == 1", "async.data['a.b'] == 1", "", ""],
    ["async.data.list[0] == 1", "async.data.list[0] == 1", "", ""],
    ["async.data[event.data.list[1]] == 1", 'async.data["b"] == 1', "", ""],
    ["async.data.id == 9007199254740993", "async.data.id == 9007199254740993", "", ""],
    ["async.data.a - event.data.neg > event.data.big", "async.data.a - (-2.0) > 1e+21", "", ""],
    ["event.data[async.data.k] == 1 && async.data.x == async.data.y", null, "", ""],
    ["event.data.list.exists(x, x == async.data.id)", '[1.0,"b",null].exists(x, x == async.data.id)', "", ""],
  ])("%s", (condition, filled, path, value) => {
    const made = fillIn(condition, event);
    if (filled !== null) expect(made.condition).toBe(filled);
    expect([made.path, made.value]).toEqual([path, value]);
  });

  it("leaves a value that is too long to its event", () => {
    const condition = "async.data.long == event.data.long && async.data.id == event.data.id";
    const made = fillIn(condition, event);
    expect(made.condition).toBe(condition);
    expect(made.path).toBe("data.long");
    expect(needsTrigger(made.condition)).toBe(true);
    expect(needsTrigger(fillIn("async.data.id == event.data.id", event).condition)).toBe(false);
    const many = Array.from({ length: 30 }, (_, i) => `async.data.x${i} != event.data.half`).join(" && ");
    const half = { ...event, data: { half: "y".repeat(1000) } };
    expect(fillIn(many, half).condition).toBe(many);
  });

  it("looks up what the event has at a path", () => {
    expect(lookupValue(event, "data.id")).toBe("7");
    expect(lookupValue(event, "data.missing.deeper")).toBe("null");
    expect(lookupValue(event, "name")).toBe('"x"');
  });

  it("refuses what does not compile", () => {
    expect(() => fillIn("async.data.id ==", event)).toThrow(expect.objectContaining({ code: "invalid_expression" }));
  });

  it("says the same of any two events, filled in or not, and the lookup never hides one that it holds for", () => {
    const json = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.constantFrom("a", 1, 0, -0, null, true));
    const conditions = [
      "async.data.x == event.data.x",
      "event.data.x == async.data.x && async.data.y == event.data.y",
      "async.data.x != event.data.x || async.data.y == event.data.x",
      "[event.data.x, event.data.y] == [async.data.x, async.data.y]",
      "async.data.x in [event.data.x] && async.data.y == event.data.y",
    ];
    fc.assert(
      fc.property(json, json, json, json, fc.constantFrom(...conditions), (x, y, ax, ay, condition) => {
        const trigger = { ...event, data: { x, y } };
        const async = { ...event, data: { x: ax, y: ay } };
        const plain = evaluateCondition(condition, { event: trigger, async, now: 0 });
        const filled = fillIn(condition, trigger);
        expect(evaluateCondition(filled.condition, { event: {}, async, now: 0 }).holds).toBe(plain.holds);
        if (plain.holds && filled.path !== "") expect(lookupValue(async, filled.path)).toBe(filled.value);
      }),
      { numRuns: runs(200) },
    );
  });
});
