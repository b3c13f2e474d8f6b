/** Stored rows of metadata, and the records they hold. Called by the run-metadata.ts of each store. */
import type { MetadataRecord } from "../../domain/run/run-metadata.ts";

/** What the key columns hold in place of null: to a database, no null equals another, so a key with one would not be unique. */
export const ofRun = "";
export const ofAllAttempts = -1;

export interface MetadataRow {
  run_id: string;
  step_id: string;
  attempt: number;
  kind: string;
  content: string;
}

export function toMetadata({ run_id, step_id, attempt, kind, content }: MetadataRow): MetadataRecord {
  return {
    runId: run_id,
    stepId: step_id === ofRun ? null : step_id,
    attempt: attempt === ofAllAttempts ? null : attempt,
    kind,
    values: content,
  };
}
