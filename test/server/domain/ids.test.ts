import { describe, expect, it } from "vitest";
import {
  appIdOf,
  createUlidFactory,
  derivedUuid,
  functionIdOf,
  isUlid,
  lowestUlid,
  parseEventIdSeed,
  seededUlid,
} from "../../../server/src/domain/ids.ts";

describe("ULIDs", () => {
  it("grow within a millisecond and when the clock goes back", () => {
    const next = createUlidFactory(Math.random);
    const ids = [next(2000), next(2000), next(1000), next(2001)];
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(4);
    expect(ids.every(isUlid)).toBe(true);
  });

  it.each(["", "01M80A5P28K758WXS805SMH8V", "81M80A5P28K758WXS805SMH8VG", "01M80A5P28K758WXS805SMH8VI", "nonsense"])(
    "does not take %j for one",
    (text) => {
      expect(isUlid(text)).toBe(false);
    },
  );

  it("come from a seed the way recorded servers make them", () => {
    const seed = parseEventIdSeed("1795307001928,mcqOdygBc0ijbw==");
    expect(seed && [seededUlid(seed, 0), seededUlid(seed, 1)]).toEqual([
      "01M80A5P28K758WXS805SMH8VG",
      "01M80A5P28K758WXS805SMH8VH",
    ]);
  });

  it("carry over from one entropy byte to the next, and wrap round", () => {
    const seed = parseEventIdSeed("1,/////////////w==");
    expect(seed && seededUlid(seed, 0).slice(10)).toBe("0".repeat(16));
  });

  it.each([null, "", "1,short==", "x,mcqOdygBc0ijbw==", "999999999999999,mcqOdygBc0ijbw==", "1,mcqOdygBc0ijbwAA"])(
    "ignore the bad seed %j",
    (text) => {
      expect(parseEventIdSeed(text)).toBeNull();
    },
  );
});

describe("the lowest ULID of a moment", () => {
  it("parts what was made before from what was made then", () => {
    const next = createUlidFactory(Math.random);
    const [before, then] = [next(1999), next(2000)];
    expect(before < lowestUlid(2000)).toBe(true);
    expect(then >= lowestUlid(2000)).toBe(true);
    expect(isUlid(lowestUlid(2000))).toBe(true);
  });

  it("stays within what a ULID can hold", () => {
    expect(lowestUlid(-5)).toBe("0".repeat(26));
    expect(lowestUlid(Number.MAX_SAFE_INTEGER)).toBe(`7ZZZZZZZZZ${"0".repeat(16)}`);
  });
});

describe("derived UUIDs", () => {
  it("are the same for the same names and differ for others", () => {
    expect(derivedUuid("a", "b")).toBe(derivedUuid("a", "b"));
    expect(derivedUuid("a", "b")).not.toBe(derivedUuid("ab"));
    expect(appIdOf("x")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(functionIdOf("x", "f")).not.toBe(functionIdOf("y", "f"));
  });
});
