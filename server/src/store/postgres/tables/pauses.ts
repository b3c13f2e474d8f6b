/** Pauses: their table for writer.ts, reads for open-store.ts. */
import type { PauseRecord } from "../../../domain/pause.ts";
import { type PauseRow, toPause } from "../../records/pauses.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const pauseTable: Table<PauseRecord> = {
  name: "pauses",
  key: ["scope", "targetId"],
  columns: {
    scope: { name: "scope", type: "text" },
    targetId: { name: "target_id", type: "text" },
    reason: { name: "reason", type: "text" },
    author: { name: "author", type: "text" },
    at: { name: "at", type: "bigint" },
    arriving: { name: "arriving", type: "text" },
  },
};

/** Oldest first. */
const selectPauses = `SELECT scope, target_id, reason, author, at, arriving FROM stepwell.pauses WHERE ns = $1
  ORDER BY at, scope, target_id`;

export async function listPauses(database: Database): Promise<PauseRecord[]> {
  return (await database.all<PauseRow>(selectPauses)).map(toPause);
}
