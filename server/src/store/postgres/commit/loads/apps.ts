/** Questions about apps, functions and what operators ask for. Syncs, pauses and limits that people set shut out every other commit meanwhile. */
import type { LimitOverride } from "../../../../domain/limit-override.ts";
import type { PauseRecord } from "../../../../domain/pause.ts";
import type { BulkJobRow } from "../../../../rules/rows.ts";
import { type FunctionColumns, toFunction } from "../../../records/apps.ts";
import { type LimitOverrideRow, toLimitOverride } from "../../../records/limit-overrides.ts";
import { type PauseRow, toPause } from "../../../records/pauses.ts";
import { functionColumns, isExempt } from "../../tables/apps.ts";
import { firstOf, isThere, type Load, maybeNumber, maybeText, number, text } from "./load.ts";

const columnsOf = (names: string): string =>
  names
    .split(", ")
    .map((name) => `t.${name}`)
    .join(", ");

export const appByName: Load<"appByName"> = {
  class: "none",
  keys: { name: "text" },
  keyOf: ({ name }) => ({ name }),
  sql: "SELECT k.i, t.id, t.created_at FROM {keys} JOIN stepwell.apps AS t ON t.ns = $1 AND t.name = k.name",
  answer: firstOf((row) => ({ id: text(row, "id"), createdAt: number(row, "created_at") })),
};

export const functionBySlug: Load<"functionBySlug"> = {
  class: "none",
  keys: { slug: "text" },
  keyOf: ({ slug }) => ({ slug }),
  sql: `SELECT k.i, ${columnsOf(functionColumns)} FROM {keys} JOIN stepwell.functions AS t
    ON t.ns = $1 AND t.slug = k.slug`,
  answer: firstOf((row) => toFunction(row as object as FunctionColumns)),
};

const functionOf: Load<"function"> = {
  class: "none",
  keys: { id: "text" },
  keyOf: ({ id }) => ({ id }),
  sql: "SELECT k.i, t.app_id, t.flow FROM {keys} JOIN stepwell.functions AS t ON t.ns = $1 AND t.id = k.id",
  answer: firstOf((row) => ({ appId: text(row, "app_id"), isExempt: isExempt(text(row, "flow")) })),
};

export { functionOf as function };

export const functionsOfApp: Load<"functionsOfApp"> = {
  class: "none",
  keys: { app_id: "text" },
  keyOf: ({ appId }) => ({ app_id: appId }),
  sql: `SELECT k.i, t.id, t.archived_at FROM {keys} JOIN stepwell.functions AS t
    ON t.ns = $1 AND t.app_id = k.app_id ORDER BY t.id`,
  answer: (rows) => rows.map((row) => ({ id: text(row, "id"), archivedAt: maybeNumber(row, "archived_at") })),
};

export const pauses: Load<"pauses"> = {
  class: "none",
  keys: { one: "integer" },
  keyOf: () => ({ one: 1 }),
  sql: `SELECT k.i, t.scope, t.target_id, t.reason, t.author, t.at, t.arriving FROM {keys}
    JOIN stepwell.pauses AS t ON t.ns = $1 ORDER BY t.at, t.scope, t.target_id`,
  answer: (rows): PauseRecord[] => rows.map((row) => toPause(row as object as PauseRow)),
};

export const limitOverrides: Load<"limitOverrides"> = {
  class: "none",
  keys: { one: "integer" },
  keyOf: () => ({ one: 1 }),
  sql: `SELECT k.i, t.function_id, t.control, t.entry, t.limit_value, t.period_ms, t.burst, t.reason, t.author, t.at
    FROM {keys} JOIN stepwell.limit_overrides AS t ON t.ns = $1 ORDER BY t.at, t.function_id, t.control, t.entry`,
  answer: (rows): LimitOverride[] => rows.map((row) => toLimitOverride(row as object as LimitOverrideRow)),
};

const oneJob = { keys: { id: "text" }, keyOf: ({ id }: { id: string }) => ({ id }) } as const;
const jobById = "{keys} JOIN stepwell.bulk_jobs AS t ON t.ns = $1 AND t.id = k.id";

export const hasBulkJob: Load<"hasBulkJob"> = {
  ...oneJob,
  class: "none",
  sql: `SELECT k.i FROM ${jobById}`,
  answer: isThere,
};

export const bulkJob: Load<"bulkJob"> = {
  ...oneJob,
  class: "rows",
  sql: `SELECT k.i, t.status, t.cursor, t.matched, t.ended_at FROM ${jobById} ORDER BY t.id FOR UPDATE OF t{wait}`,
  answer: firstOf((row) => ({
    status: text(row, "status") as BulkJobRow["status"],
    cursor: maybeText(row, "cursor"),
    matched: number(row, "matched"),
    endedAt: maybeNumber(row, "ended_at"),
  })),
};
