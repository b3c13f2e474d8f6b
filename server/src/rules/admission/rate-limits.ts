/**
 * Rate limits: how many starts a key had, and when. Called for starts, debounces and batches.
 * Costs the same however many starts are counted: of a limit of n, only the start n before this one decides.
 */
import { afterStarts, type Pace, paceOf, startsNow } from "../../domain/queue/gcra.ts";
import type { RateLimitCheck } from "../../domain/transition.ts";
import type { RateLimitRow } from "../rows.ts";
import type { WorkingSet } from "../working-set.ts";

/** How many forgotten keys each new start clears away: more than it adds, so that they do not pile up. */
const clearedAtOnce = 2;

/** Counts a start under all keys, or under none when one of them has no room: that one is returned. */
export function takeRateLimits(
  set: WorkingSet,
  checks: readonly RateLimitCheck[] | undefined,
  now: number,
): RateLimitCheck | null {
  if (checks === undefined || checks.length === 0) return null;
  const rows = checks.map(({ key, limit }) => set.limits.get(key, limit));
  const full = checks.find((check, index) => !hasRoom(set, check, rows[index] ?? null, now));
  if (full !== undefined) return full;
  checks.forEach((check, index) => {
    count(set, check, rows[index] ?? null, now);
  });
  for (const key of set.limits.expired(now, clearedAtOnce)) set.limits.remove(key);
  return null;
}

function hasRoom(set: WorkingSet, check: RateLimitCheck, row: RateLimitRow | null, now: number): boolean {
  if (row === null) return true;
  if (check.mode === "gcra") return startsNow(spread(check), row.tat ?? now, now) >= 1;
  const deciding = row.hits < check.limit ? null : set.limits.hitAt(check.key, row.hits - check.limit);
  return deciding === null || deciding <= now - check.periodMs;
}

/** A tenth of the limit may come at once. */
function spread({ limit, periodMs }: RateLimitCheck): Pace {
  return paceOf({ limit, periodMs, burst: Math.floor(limit / 10) });
}

function count(set: WorkingSet, check: RateLimitCheck, row: RateLimitRow | null, now: number): void {
  const { key, limit, mode } = check;
  const hits = row?.hits ?? 0;
  const tat = mode === "gcra" ? afterStarts(spread(check), row?.tat ?? now, now, 1) : null;
  const expiresAt = Math.ceil(Math.max(tat ?? 0, now + check.periodMs));
  set.limits.put({ key, hits: hits + 1, tat, expiresAt });
  if (mode === "gcra") return;
  set.limits.addHit({ key, number: hits, at: now });
  if (hits >= limit) set.limits.forgetHits(key, hits - limit);
}
