/** Refusals: what rules read and write of them, and reads for people. They are deleted with their events. */
import type { Refusal } from "../../../domain/run/refusal.ts";
import type { Source } from "../../../rules/source.ts";
import { type RefusalRow, toRefusal } from "../../records/refusals.ts";
import type { Database } from "../database.ts";

/** `isSure`: whether to look for rows that are new almost always. */
export function refusalReads(database: Database, isSure: boolean): Pick<Source, "hasRefusal"> {
  return {
    hasRefusal: ({ eventId, functionId }) =>
      isSure &&
      database.get("SELECT 1 FROM refusals WHERE event_id = ? AND function_id = ?", eventId, functionId) !== undefined,
  };
}

export function writeRefusals(database: Database, refusals: readonly Refusal[]): void {
  for (const { eventId, functionId, reason, at } of refusals) {
    database.run(
      "INSERT INTO refusals (event_id, function_id, reason, at) VALUES (?, ?, ?, ?)",
      eventId,
      functionId,
      reason,
      at,
    );
  }
}

/** By function. */
export function listRefusals(database: Database, eventId: string): Refusal[] {
  return database
    .all<RefusalRow>("SELECT * FROM refusals WHERE event_id = ? ORDER BY function_id", eventId)
    .map(toRefusal);
}
