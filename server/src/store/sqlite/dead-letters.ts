/** Dead letters: writes for commit.ts, reads for open-store.ts. */
import type { DeadLetterRecord } from "../../domain/dead-letter.ts";
import type { DeadLetterFilter } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { whereAll } from "./where.ts";

interface DeadLetterRow {
  run_id: string;
  function_id: string;
  failed_at: number;
  error: string;
}

/** For a run that ends as Failed. */
export function insertDeadLetter(
  database: Database,
  runId: string,
  end: { endedAt: number; output: string | null },
): void {
  database.run(
    `INSERT INTO dead_letters (run_id, function_id, failed_at, error)
    SELECT id, function_id, ?, ? FROM runs WHERE id = ? ON CONFLICT (run_id) DO NOTHING`,
    end.endedAt,
    end.output ?? "{}",
    runId,
  );
}

/** For a run that ends as Completed: what it repeats, and what that repeats, is dealt with. */
export function settleDeadLetters(database: Database, runId: string): void {
  database.run(
    `WITH RECURSIVE repeated(id) AS (
      SELECT original_run_id FROM runs WHERE id = ? AND original_run_id IS NOT NULL
      UNION SELECT original_run_id FROM runs JOIN repeated USING (id) WHERE original_run_id IS NOT NULL
    ) DELETE FROM dead_letters WHERE run_id IN (SELECT id FROM repeated)`,
    runId,
  );
}

/** False when there is none. */
export function takeDeadLetter(database: Database, runId: string): boolean {
  return database.run("DELETE FROM dead_letters WHERE run_id = ?", runId) === 1;
}

export function getDeadLetter(database: Database, runId: string): DeadLetterRecord | null {
  const row = database.get<DeadLetterRow>("SELECT * FROM dead_letters WHERE run_id = ?", runId);
  return row === undefined ? null : toDeadLetter(row);
}

export function listDeadLetters(database: Database, filter: DeadLetterFilter): DeadLetterRecord[] {
  const oldest = filter.order === "oldest";
  const { clause, values } = whereAll([
    [
      "function_id IN (SELECT value FROM json_each(?))",
      filter.functionIds === undefined ? undefined : JSON.stringify(filter.functionIds),
    ],
    ["failed_at >= ?", filter.from],
    ["failed_at < ?", filter.until],
    [oldest ? "run_id > ?" : "run_id < ?", filter.cursor],
    ["run_id < ?", filter.before],
  ]);
  return database
    .all<DeadLetterRow>(
      `SELECT * FROM dead_letters ${clause}ORDER BY run_id ${oldest ? "ASC" : "DESC"} LIMIT ?`,
      ...values,
      filter.limit,
    )
    .map(toDeadLetter);
}

function toDeadLetter(row: DeadLetterRow): DeadLetterRecord {
  return { runId: row.run_id, functionId: row.function_id, failedAt: row.failed_at, error: row.error };
}
