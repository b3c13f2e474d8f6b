/** Bulk jobs: their table for writer.ts, reads for open-store.ts. */
import type { BulkFilter, BulkJobRecord, BulkKind, BulkStatus } from "../../domain/bulk-job.ts";
import type { Database } from "./database.ts";
import type { Table } from "./table.ts";

export const bulkJobTable: Table<BulkJobRecord> = {
  name: "bulk_jobs",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    kind: { name: "kind", type: "text" },
    filter: { name: "filter", type: "text", encode: (filter) => JSON.stringify(filter) },
    reason: { name: "reason", type: "text" },
    status: { name: "status", type: "text" },
    cursor: { name: "cursor", type: "text" },
    matched: { name: "matched", type: "bigint" },
    createdAt: { name: "created_at", type: "bigint" },
    endedAt: { name: "ended_at", type: "bigint" },
  },
};

interface Row {
  id: string;
  kind: BulkKind;
  filter: string;
  reason: string | null;
  status: BulkStatus;
  cursor: string | null;
  matched: number;
  created_at: number;
  ended_at: number | null;
}

const selectJobs = `SELECT id, kind, filter, reason, status, cursor, matched, created_at, ended_at
  FROM stepwell.bulk_jobs WHERE ns = $1`;

export async function getBulkJob(database: Database, id: string): Promise<BulkJobRecord | null> {
  const row = await database.get<Row>(`${selectJobs} AND id = $2`, id);
  return row === undefined ? null : toBulkJob(row);
}

/** Newest first, at most 100. */
export async function listBulkJobs(database: Database, kind?: BulkKind): Promise<BulkJobRecord[]> {
  const rows =
    kind === undefined
      ? await database.all<Row>(`${selectJobs} ORDER BY id DESC LIMIT 100`)
      : await database.all<Row>(`${selectJobs} AND kind = $2 ORDER BY id DESC LIMIT 100`, kind);
  return rows.map(toBulkJob);
}

function toBulkJob(row: Row): BulkJobRecord {
  return {
    id: row.id,
    kind: row.kind,
    filter: JSON.parse(row.filter) as BulkFilter,
    reason: row.reason,
    status: row.status,
    cursor: row.cursor,
    matched: row.matched,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
