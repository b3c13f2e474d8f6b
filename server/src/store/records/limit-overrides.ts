/** Stored rows of limits that people have set, and the records they hold. Called by the limit-overrides.ts of each store. */
import type { LimitControl, LimitOverride } from "../../domain/limit-override.ts";

export interface LimitOverrideRow {
  function_id: string;
  control: LimitControl;
  entry: string;
  limit_value: number;
  period_ms: number | null;
  burst: number | null;
  reason: string;
  author: string;
  at: number;
}

export function toLimitOverride(row: LimitOverrideRow): LimitOverride {
  return {
    functionId: row.function_id,
    control: row.control,
    entry: row.entry,
    limit: row.limit_value,
    periodMs: row.period_ms,
    burst: row.burst,
    reason: row.reason,
    author: row.author,
    at: row.at,
  };
}
