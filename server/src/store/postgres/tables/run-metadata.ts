/** Metadata of runs and steps: its table for writer.ts, read for people. Retention deletes it with its run. */
import type { MetadataRecord } from "../../../domain/run/run-metadata.ts";
import type { MetadataKey } from "../../../rules/rows.ts";
import { type MetadataRow, ofAllAttempts, ofRun, toMetadata } from "../../records/run-metadata.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

export const metadataTable: Table<MetadataKey & { values: string }> = {
  name: "run_metadata",
  key: ["runId", "stepId", "attempt", "kind"],
  columns: {
    runId: { name: "run_id", type: "text" },
    stepId: { name: "step_id", type: "text", encode: (stepId) => stepId ?? ofRun },
    attempt: { name: "attempt", type: "integer", encode: (attempt) => attempt ?? ofAllAttempts },
    kind: { name: "kind", type: "text" },
    values: { name: "content", type: "text" },
  },
};

/** As the entries first came. */
export async function listMetadata(database: Database, runId: string): Promise<MetadataRecord[]> {
  const rows = await database.all<MetadataRow>(
    `SELECT run_id, step_id, attempt, kind, content FROM stepwell.run_metadata WHERE ns = $1 AND run_id = $2
      ORDER BY number`,
    runId,
  );
  return rows.map(toMetadata);
}
