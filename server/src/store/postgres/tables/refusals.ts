/** Refusals: their table for writer.ts, read for people. They are deleted with their events. */
import type { Refusal } from "../../../domain/run/refusal.ts";
import { type RefusalRow, toRefusal } from "../../records/refusals.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const refusalTable: Table<Refusal> = {
  name: "refusals",
  key: ["eventId", "functionId"],
  columns: {
    eventId: { name: "event_id", type: "text" },
    functionId: { name: "function_id", type: "text" },
    reason: { name: "reason", type: "text" },
    at: { name: "at", type: "bigint" },
  },
};

/** By function. */
export async function listRefusals(database: Database, eventId: string): Promise<Refusal[]> {
  const rows = await database.all<RefusalRow>(
    `SELECT event_id, function_id, reason, at FROM stepwell.refusals WHERE ns = $1 AND event_id = $2
      ORDER BY function_id`,
    eventId,
  );
  return rows.map(toRefusal);
}
