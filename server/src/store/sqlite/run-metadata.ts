/** Metadata of runs and steps: written by commit.ts, inside a transaction; read for people. Retention deletes it with its run. */
import { applyMetadata, type MetadataRecord, type MetadataWrite, metadataWarning } from "../../domain/run-metadata.ts";
import type { Database } from "./database.ts";

interface Row {
  run_id: string;
  step_id: string;
  attempt: number;
  kind: string;
  content: string;
}

const ofRun = "";
const ofAllAttempts = -1;

/** What goes beyond a limit is left out, and its target says so. What is about a run that is gone is left out. */
export function writeMetadata(database: Database, writes: readonly MetadataWrite[]): void {
  for (const write of writes) {
    const run = database.get<{ bytes: number }>("SELECT metadata_bytes AS bytes FROM runs WHERE id = ?", write.runId);
    if (run === undefined) continue;
    const kept = applyMetadata(write, contentOf(database, write), run.bytes);
    if ("problem" in kept) {
      const warning = metadataWarning(write, kept.problem);
      put(database, warning, warning.values);
      continue;
    }
    put(database, write, kept.values);
    if (kept.bytes !== 0)
      database.run("UPDATE runs SET metadata_bytes = metadata_bytes + ? WHERE id = ?", kept.bytes, write.runId);
  }
}

function contentOf(database: Database, { runId, stepId, attempt, kind }: MetadataRecord): string | null {
  const row = database.get<Pick<Row, "content">>(
    "SELECT content FROM run_metadata WHERE run_id = ? AND step_id = ? AND attempt = ? AND kind = ?",
    runId,
    stepId ?? ofRun,
    attempt ?? ofAllAttempts,
    kind,
  );
  return row?.content ?? null;
}

function put(database: Database, { runId, stepId, attempt, kind }: MetadataRecord, content: string): void {
  database.run(
    `INSERT INTO run_metadata (run_id, step_id, attempt, kind, content) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (run_id, step_id, attempt, kind) DO UPDATE SET content = excluded.content`,
    runId,
    stepId ?? ofRun,
    attempt ?? ofAllAttempts,
    kind,
    content,
  );
}

/** As the entries first came. */
export function listMetadata(database: Database, runId: string): MetadataRecord[] {
  const rows = database.all<Row>(
    "SELECT run_id, step_id, attempt, kind, content FROM run_metadata WHERE run_id = ? ORDER BY number",
    runId,
  );
  return rows.map(({ run_id, step_id, attempt, kind, content }) => ({
    runId: run_id,
    stepId: step_id === ofRun ? null : step_id,
    attempt: attempt === ofAllAttempts ? null : attempt,
    kind,
    values: content,
  }));
}
