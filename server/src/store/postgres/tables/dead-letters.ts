/** Dead letters: their table for writer.ts, reads for open-store.ts. */
import type { DeadLetterRecord } from "../../../domain/run/dead-letter.ts";
import type { DeadLetterFilter } from "../../../ports/store.ts";
import { type DeadLetterRow, toDeadLetter } from "../../records/dead-letters.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";
import { whereAll } from "./where.ts";

export const deadLetterTable: Table<DeadLetterRecord> = {
  name: "dead_letters",
  key: ["runId"],
  columns: {
    runId: { name: "run_id", type: "text" },
    functionId: { name: "function_id", type: "text" },
    failedAt: { name: "failed_at", type: "bigint" },
    error: { name: "error", type: "text" },
  },
};

const columns = "run_id, function_id, failed_at, error";

export async function getDeadLetter(database: Database, runId: string): Promise<DeadLetterRecord | null> {
  const row = await database.get<DeadLetterRow>(
    `SELECT ${columns} FROM stepwell.dead_letters WHERE ns = $1 AND run_id = $2`,
    runId,
  );
  return row === undefined ? null : toDeadLetter(row);
}

export async function listDeadLetters(database: Database, filter: DeadLetterFilter): Promise<DeadLetterRecord[]> {
  const oldest = filter.order === "oldest";
  const { clause, values } = whereAll([
    ["function_id = ANY($::text[])", filter.functionIds],
    ["failed_at >= $", filter.from],
    ["failed_at < $", filter.until],
    [oldest ? "run_id > $" : "run_id < $", filter.cursor],
    ["run_id < $", filter.before],
  ]);
  const order = oldest ? "ASC" : "DESC";
  const rows = await database.all<DeadLetterRow>(
    `SELECT ${columns} FROM stepwell.dead_letters ${clause}ORDER BY run_id ${order} LIMIT $${values.length + 2}`,
    ...values,
    filter.limit,
  );
  return rows.map(toDeadLetter);
}
