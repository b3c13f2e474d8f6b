/** Lanes and what limits them: their tables for writer.ts. Whose turn it is stands in rules/. */
import type { NewLane, RunSlot } from "../../../rules/changes.ts";
import type { RateLimitRow } from "../../../rules/rows.ts";
import type { Table } from "./table.ts";

export const laneTable: Table<NewLane> = {
  name: "lanes",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    functionId: { name: "function_id", type: "text" },
    spec: { name: "spec", type: "text", encode: (spec) => (spec === null ? null : JSON.stringify(spec)) },
    state: { name: "state", type: "text" },
    vtime: { name: "vtime", type: "bigint" },
    blockedOn: { name: "blocked_on", type: "text" },
    blockedLimit: { name: "blocked_limit", type: "integer" },
    notBefore: { name: "not_before", type: "bigint" },
  },
};

export const slotTable: Table<{ key: string; used: number }> = {
  name: "slots",
  key: ["key"],
  columns: { key: { name: "key", type: "text" }, used: { name: "used", type: "integer" } },
};

export const runSlotTable: Table<RunSlot> = {
  name: "run_slots",
  key: ["runId", "key"],
  columns: { runId: { name: "run_id", type: "text" }, key: { name: "key", type: "text" } },
};

export const throttleTable: Table<{ key: string; tat: number }> = {
  name: "throttles",
  key: ["key"],
  columns: { key: { name: "key", type: "text" }, tat: { name: "tat", type: "double precision" } },
};

export const rateLimitTable: Table<RateLimitRow & { key: string; expiresAt: number }> = {
  name: "rate_limits",
  key: ["key"],
  columns: {
    key: { name: "key", type: "text" },
    hits: { name: "hits", type: "bigint" },
    tat: { name: "tat", type: "double precision" },
    expiresAt: { name: "expires_at", type: "bigint" },
  },
};

export const rateLimitHitTable: Table<{ key: string; number: number; at: number }> = {
  name: "rate_limit_hits",
  key: ["key", "number"],
  columns: {
    key: { name: "key", type: "text" },
    number: { name: "number", type: "bigint" },
    at: { name: "at", type: "bigint" },
  },
};
