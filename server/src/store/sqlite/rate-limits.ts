/**
 * Rate limits: how many starts a key had, and when. Called for starts, debounces and batches, inside a commit.
 * Costs the same however many starts are counted: of a limit of n, only the start n before this one decides.
 */
import { afterStarts, type Pace, paceOf, startsNow } from "../../domain/gcra.ts";
import type { RateLimitCheck } from "../../domain/transition.ts";
import type { Database } from "./database.ts";

interface LimitRow {
  hits: number;
  tat: number | null;
}

/** How many forgotten keys each new start clears away: more than it adds, so that they do not pile up. */
const clearedAtOnce = 2;

/** Counts a start under all keys, or under none when one of them has no room: that one is returned. */
export function takeRateLimits(
  database: Database,
  checks: RateLimitCheck[] | undefined,
  now: number,
): RateLimitCheck | null {
  if (checks === undefined || checks.length === 0) return null;
  const rows = checks.map((check) => readLimit(database, check.key));
  const full = checks.find((check, index) => !hasRoom(database, check, rows[index] ?? null, now));
  if (full !== undefined) return full;
  checks.forEach((check, index) => {
    count(database, check, rows[index] ?? null, now);
  });
  clearExpired(database, now);
  return null;
}

function readLimit(database: Database, key: string): LimitRow | null {
  return database.get<LimitRow>("SELECT hits, tat FROM rate_limits WHERE key = ?", key) ?? null;
}

function hasRoom(database: Database, check: RateLimitCheck, row: LimitRow | null, now: number): boolean {
  if (row === null) return true;
  if (check.mode === "gcra") return startsNow(spread(check), row.tat ?? now, now) >= 1;
  const deciding = database.get<{ at: number }>(
    "SELECT at FROM rate_limit_hits WHERE key = ? AND number = ?",
    check.key,
    row.hits - check.limit,
  );
  return deciding === undefined || deciding.at <= now - check.periodMs;
}

/** A tenth of the limit may come at once. */
function spread({ limit, periodMs }: RateLimitCheck): Pace {
  return paceOf({ limit, periodMs, burst: Math.floor(limit / 10) });
}

function count(database: Database, check: RateLimitCheck, row: LimitRow | null, now: number): void {
  const { key, limit, mode } = check;
  const hits = row?.hits ?? 0;
  const tat = mode === "gcra" ? afterStarts(spread(check), row?.tat ?? now, now, 1) : null;
  database.run(
    `INSERT INTO rate_limits (key, hits, tat, expires_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET hits = excluded.hits, tat = excluded.tat, expires_at = excluded.expires_at`,
    key,
    hits + 1,
    tat,
    Math.ceil(Math.max(tat ?? 0, now + check.periodMs)),
  );
  if (mode === "gcra") return;
  database.run("INSERT OR REPLACE INTO rate_limit_hits (key, number, at) VALUES (?, ?, ?)", key, hits, now);
  database.run("DELETE FROM rate_limit_hits WHERE key = ? AND number <= ?", key, hits - limit);
}

function clearExpired(database: Database, now: number): void {
  const expired = database.all<{ key: string }>(
    "SELECT key FROM rate_limits WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
    now,
    clearedAtOnce,
  );
  for (const { key } of expired) {
    database.run("DELETE FROM rate_limit_hits WHERE key = ?", key);
    database.run("DELETE FROM rate_limits WHERE key = ?", key);
  }
}
