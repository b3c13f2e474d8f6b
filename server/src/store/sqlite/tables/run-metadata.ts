/** Metadata of runs and steps: what rules read and write of it, and reads for people. Retention deletes it with its run. */
import type { MetadataRecord } from "../../../domain/run/run-metadata.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { Source } from "../../../rules/source.ts";
import { type MetadataRow, ofAllAttempts, ofRun, toMetadata } from "../../records/run-metadata.ts";
import type { Database } from "../database.ts";

export function metadataReads(database: Database): Pick<Source, "metadata"> {
  return {
    metadata: ({ runId, stepId, attempt, kind }) =>
      database.get<Pick<MetadataRow, "content">>(
        "SELECT content FROM run_metadata WHERE run_id = ? AND step_id = ? AND attempt = ? AND kind = ?",
        runId,
        stepId ?? ofRun,
        attempt ?? ofAllAttempts,
        kind,
      )?.content ?? null,
  };
}

export function writeMetadata(database: Database, { put }: Changes["metadata"]): void {
  for (const { runId, stepId, attempt, kind, values } of put) {
    database.run(
      `INSERT INTO run_metadata (run_id, step_id, attempt, kind, content) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (run_id, step_id, attempt, kind) DO UPDATE SET content = excluded.content`,
      runId,
      stepId ?? ofRun,
      attempt ?? ofAllAttempts,
      kind,
      values,
    );
  }
}

/** As the entries first came. */
export function listMetadata(database: Database, runId: string): MetadataRecord[] {
  const rows = database.all<MetadataRow>(
    "SELECT run_id, step_id, attempt, kind, content FROM run_metadata WHERE run_id = ? ORDER BY number",
    runId,
  );
  return rows.map(toMetadata);
}
