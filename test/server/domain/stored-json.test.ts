import { describe, expect, it } from "vitest";
import { toStoredJson, toWellFormed } from "../../../server/src/domain/stored-json.ts";

describe("toStoredJson", () => {
  it("is canonical", () => expect(toStoredJson({ b: [1, 2.5], a: "ü" })).toBe('{"a":"ü","b":[1,2.5]}'));
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
      '{"m":null,"n":null,"t":true,"z":null}',
    ));

  it("keeps `__proto__` as plain data while it mends", () => {
    expect(toStoredJson(JSON.parse('{"__proto__":{"admin":"\\ud800"}}'))).toBe('{"__proto__":{"admin":"\uFFFD"}}');
  });

  it("refuses what is nested too deep for any reader", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(() => toStoredJson(deep)).toThrow(
      expect.objectContaining({ code: "invalid_request", message: expect.stringContaining("500 levels") }),
    );
  });
});
