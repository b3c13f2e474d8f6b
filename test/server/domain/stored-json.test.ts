import { describe, expect, it } from "vitest";
import { toComparableJson, toStoredJson, toWellFormed } from "../../../server/src/domain/stored-json.ts";

describe("toStoredJson", () => {
  it("keeps the order of keys", () =>
    expect(toStoredJson({ b: [1, 2.5], a: { z: "ü", y: 1 } })).toBe('{"b":[1,2.5],"a":{"z":"ü","y":1}}'));

  it.each([
    ["of integers, which JavaScript sorts", '{"b":1,"10":2,"9":3,"a":4}', '{"9":3,"10":2,"b":1,"a":4}'],
    ["that come twice: the last value at the first place", '{"b":1,"a":2,"b":3}', '{"b":3,"a":2}'],
    ["such as __proto__", '{"b":1,"__proto__":{"z":1,"a":2},"a":4}', '{"b":1,"__proto__":{"z":1,"a":2},"a":4}'],
    [
      "beside numbers in other spellings",
      '{"b":1.0,"a":[-0,1E21,10e-7,12345678901234567890]}',
      '{"b":1,"a":[0,1e+21,0.000001,12345678901234567000]}',
    ],
  ])("reads keys as JSON.parse does: %s", (_what, text, stored) => {
    expect(toStoredJson(JSON.parse(text))).toBe(stored);
    expect(JSON.stringify(JSON.parse(stored))).toBe(stored);
  });

  it("takes undefined as null", () => expect(toStoredJson(undefined)).toBe("null"));

  it("mends half surrogate pairs, in values and in keys, and keeps whole ones", () => {
    const cut = "😀".slice(0, 1);
    expect(toStoredJson({ [`k${cut}`]: [`${cut}x`, "😀", { deep: "\uDE00" }] })).toBe(
      '{"k\uFFFD":["\uFFFDx","😀",{"deep":"\uFFFD"}]}',
    );
    expect(toWellFormed("a\uDE00\uD83D\uDE00\uD83D")).toBe("a\uFFFD😀\uFFFD");
  });

  it("makes numbers beyond a double null", () =>
    expect(toStoredJson(JSON.parse('{"n":1e999,"m":-1e999,"t":true,"z":null}'))).toBe(
      '{"n":null,"m":null,"t":true,"z":null}',
    ));

  it("keeps the order of keys while it mends", () =>
    expect(toStoredJson(JSON.parse('{"z":"\\ud800","\\udc00":1,"a":2,"\ufffd":3}'))).toBe(
      '{"z":"\uFFFD","\uFFFD":3,"a":2}',
    ));

  it("takes a text that only looks like half a pair as it is", () =>
    expect(toStoredJson({ text: "\\ud800", z: 1, a: 2 })).toBe('{"text":"\\\\ud800","z":1,"a":2}'));

  it("keeps `__proto__` as plain data while it mends", () => {
    expect(toStoredJson(JSON.parse('{"__proto__":{"admin":"\\ud800"}}'))).toBe('{"__proto__":{"admin":"\uFFFD"}}');
  });

  it("refuses what is nested too deep for any reader", () => {
    for (const levels of [501, 100_000]) {
      const deep = JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
      expect(() => toStoredJson(deep)).toThrow(
        expect.objectContaining({ code: "invalid_request", message: expect.stringContaining("500 levels") }),
      );
    }
    expect(() => toStoredJson(1n)).toThrow(TypeError);
    const most = `${'{"a":'.repeat(500)}1${"}".repeat(500)}`;
    expect(toStoredJson(JSON.parse(most))).toBe(most);
  });
});

describe("toComparableJson", () => {
  it("gives one text for equal values", () => {
    expect(toComparableJson({ b: [{ y: 1, x: -0 }], a: "\uD800" })).toBe('{"a":"\uFFFD","b":[{"x":0,"y":1}]}');
    expect([null, undefined, true, 1e21, "a"].map(toComparableJson)).toEqual(["null", "null", "true", "1e+21", '"a"']);
  });
});
