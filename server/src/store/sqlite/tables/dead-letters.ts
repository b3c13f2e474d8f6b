/** Dead letters: what rules read and write of them, and reads for open-store.ts. */
import type { DeadLetterRecord } from "../../../domain/run/dead-letter.ts";
import type { DeadLetterFilter } from "../../../ports/store.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { Source } from "../../../rules/source.ts";
import { type DeadLetterRow, toDeadLetter } from "../../records/dead-letters.ts";
import { countRows } from "../commit/counts.ts";
import type { Database } from "../database.ts";
import { whereAll } from "./where.ts";

export function deadLetterReads(database: Database): Pick<Source, "deadLetter"> {
  return {
    deadLetter: ({ runId }) => database.get("SELECT 1 FROM dead_letters WHERE run_id = ?", runId) !== undefined,
  };
}

export function writeDeadLetters(database: Database, { removed, added }: Changes["deadLetters"]): void {
  for (const runId of removed)
    countRows(database, "deadLetters", -database.run("DELETE FROM dead_letters WHERE run_id = ?", runId));
  countRows(database, "deadLetters", added.length);
  for (const { runId, functionId, failedAt, error } of added) {
    database.run(
      "INSERT INTO dead_letters (run_id, function_id, failed_at, error) VALUES (?, ?, ?, ?)",
      runId,
      functionId,
      failedAt,
      error,
    );
  }
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
