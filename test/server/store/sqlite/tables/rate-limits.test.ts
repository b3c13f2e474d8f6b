import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RateLimitCheck } from "../../../../../server/src/domain/transition.ts";
import { takeRateLimits } from "../../../../../server/src/rules/admission/rate-limits.ts";
import { type Database, openDatabase } from "../../../../../server/src/store/sqlite/database.ts";
import { migrate } from "../../../../../server/src/store/sqlite/migrate.ts";
import { decide } from "../decide.ts";

let database: Database;
beforeEach(() => {
  database = openDatabase(":memory:");
  migrate(database);
});
afterEach(() => database.close());

const check = (key: string, mode: RateLimitCheck["mode"] = "sliding"): RateLimitCheck[] => [
  { key, limit: 5, periodMs: 1_000, mode },
];
const take = (checks: RateLimitCheck[] | undefined, now: number): RateLimitCheck | null =>
  decide(database, (set) => takeRateLimits(set, checks, now));
const rows = (table: string): number => database.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n ?? -1;

describe("rate limits in SQLite", () => {
  it("keep no more rows of a key than its limit", () => {
    let passed = 0;
    for (let index = 0; index < 1_000; index++) passed += take(check("a"), index * 10) === null ? 1 : 0;
    expect(passed).toBe(50);
    expect([rows("rate_limits"), rows("rate_limit_hits")]).toEqual([1, 5]);
  });

  it("forget keys that say nothing any more, a few with each start", () => {
    for (let index = 0; index < 1_000; index++) take(check(`old-${index}`), 0);
    for (let index = 0; index < 10; index++) take(check(`gcra-${index}`, "gcra"), 0);
    expect(rows("rate_limits")).toBe(1_010);
    take(check("new"), 999);
    expect(rows("rate_limits")).toBe(1_011);
    for (let index = 0; index < 505; index++) take(check(`new-${index}`), 1_000);
    expect([rows("rate_limits"), rows("rate_limit_hits")]).toEqual([506, 506]);
  });

  it("do not lose a start to fractions of milliseconds", () => {
    const spread: RateLimitCheck[] = [{ key: "g", limit: 7, periodMs: 60_000, mode: "gcra" }];
    const t0 = 1_800_000_000_000;
    let passed = 0;
    for (let index = 0; index <= 700; index++) {
      passed += take(spread, t0 + Math.ceil((index * 60_000) / 7)) === null ? 1 : 0;
    }
    expect(passed).toBe(701);
  });

  it("count nothing for a start without limits", () => {
    expect(take(undefined, 0)).toBeNull();
    expect(take([], 0)).toBeNull();
    expect(rows("rate_limits")).toBe(0);
  });
});
