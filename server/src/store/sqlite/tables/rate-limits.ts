/** Rate limits: what rules read and write of them. */
import type { Changes } from "../../../rules/changes.ts";
import type { RateLimitRow } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import type { Database } from "../database.ts";

type LimitReads = Pick<Source, "rateLimit" | "rateLimitHit" | "expiredLimits">;

export function limitReads(database: Database): LimitReads {
  return {
    rateLimit: ({ key }) => database.get<RateLimitRow>("SELECT hits, tat FROM rate_limits WHERE key = ?", key) ?? null,
    rateLimitHit: ({ key, number }) =>
      database.get<{ at: number }>("SELECT at FROM rate_limit_hits WHERE key = ? AND number = ?", key, number)?.at ??
      null,
    expiredLimits: ({ now, limit }) =>
      database
        .few<{ key: string }>(limit, "SELECT key FROM rate_limits WHERE expires_at <= ? ORDER BY expires_at", now)
        .map(({ key }) => key),
  };
}

export function writeLimits(database: Database, { rateLimits, rateLimitHits, forgottenHits }: Changes): void {
  for (const key of rateLimits.removed) {
    database.run("DELETE FROM rate_limit_hits WHERE key = ?", key);
    database.run("DELETE FROM rate_limits WHERE key = ?", key);
  }
  for (const { key, hits, tat, expiresAt } of rateLimits.put) {
    database.run(
      `INSERT INTO rate_limits (key, hits, tat, expires_at) VALUES (?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET hits = excluded.hits, tat = excluded.tat, expires_at = excluded.expires_at`,
      key,
      hits,
      tat,
      expiresAt,
    );
  }
  for (const { key, number, at } of rateLimitHits)
    database.run("INSERT OR REPLACE INTO rate_limit_hits (key, number, at) VALUES (?, ?, ?)", key, number, at);
  for (const { key, upTo } of forgottenHits)
    database.run("DELETE FROM rate_limit_hits WHERE key = ? AND number <= ?", key, upTo);
}
