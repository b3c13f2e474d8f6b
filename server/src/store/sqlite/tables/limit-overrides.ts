/** Limits that people have set: what rules read and write of them, and reads for listings. They are kept in memory. */
import type { LimitOverride } from "../../../domain/limit-override.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { Source } from "../../../rules/source.ts";
import { type LimitOverrideRow, toLimitOverride } from "../../records/limit-overrides.ts";
import { memoryOf } from "../commit/memory.ts";
import type { Database } from "../database.ts";

export function overrideReads(database: Database): Pick<Source, "limitOverrides"> {
  return { limitOverrides: () => knownOverrides(database) };
}

export function knownOverrides(database: Database): readonly LimitOverride[] {
  const memory = memoryOf(database);
  memory.overrides ??= listLimitOverrides(database);
  return memory.overrides;
}

export function writeOverrides(database: Database, { removed, put }: Changes["limitOverrides"]): void {
  if (removed.length + put.length > 0) memoryOf(database).overrides = null;
  for (const { functionId, control, entry } of removed)
    database.run(
      "DELETE FROM limit_overrides WHERE function_id = ? AND control = ? AND entry = ?",
      functionId,
      control,
      entry,
    );
  for (const override of put) {
    database.run(
      `INSERT OR REPLACE INTO limit_overrides (function_id, control, entry, limit_value, period_ms, burst, reason, author, at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      override.functionId,
      override.control,
      override.entry,
      override.limit,
      override.periodMs,
      override.burst,
      override.reason,
      override.author,
      override.at,
    );
  }
}

/** Oldest first. */
export function listLimitOverrides(database: Database): LimitOverride[] {
  return database
    .all<LimitOverrideRow>("SELECT * FROM limit_overrides ORDER BY at, function_id, control, entry")
    .map(toLimitOverride);
}
