/** Limits that people have set: their table for writer.ts, reads for open-store.ts. */
import type { LimitOverride } from "../../../domain/limit-override.ts";
import { type LimitOverrideRow, toLimitOverride } from "../../records/limit-overrides.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const limitOverrideTable: Table<LimitOverride> = {
  name: "limit_overrides",
  key: ["functionId", "control", "entry"],
  columns: {
    functionId: { name: "function_id", type: "text" },
    control: { name: "control", type: "text" },
    entry: { name: "entry", type: "text" },
    limit: { name: "limit_value", type: "bigint" },
    periodMs: { name: "period_ms", type: "bigint" },
    burst: { name: "burst", type: "bigint" },
    reason: { name: "reason", type: "text" },
    author: { name: "author", type: "text" },
    at: { name: "at", type: "bigint" },
  },
};

/** Oldest first. */
const selectOverrides = `SELECT function_id, control, entry, limit_value, period_ms, burst, reason, author, at
  FROM stepwell.limit_overrides WHERE ns = $1 ORDER BY at, function_id, control, entry`;

export async function listLimitOverrides(database: Database): Promise<LimitOverride[]> {
  return (await database.all<LimitOverrideRow>(selectOverrides)).map(toLimitOverride);
}
