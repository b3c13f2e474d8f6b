/** Bulk jobs: their table for writer.ts, reads for open-store.ts. */
import type { BulkJobRecord, BulkKind } from "../../../domain/bulk-job.ts";
import { type BulkJobRow, toBulkJob } from "../../records/bulk-jobs.ts";
import type { Database } from "../database.ts";
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

const selectJobs = `SELECT id, kind, filter, reason, status, cursor, matched, created_at, ended_at
  FROM stepwell.bulk_jobs WHERE ns = $1`;

export async function getBulkJob(database: Database, id: string): Promise<BulkJobRecord | null> {
  const row = await database.get<BulkJobRow>(`${selectJobs} AND id = $2`, id);
  return row === undefined ? null : toBulkJob(row);
}

/** Newest first, at most 100. */
export async function listBulkJobs(database: Database, kind?: BulkKind): Promise<BulkJobRecord[]> {
  const rows =
    kind === undefined
      ? await database.all<BulkJobRow>(`${selectJobs} ORDER BY id DESC LIMIT 100`)
      : await database.all<BulkJobRow>(`${selectJobs} AND kind = $2 ORDER BY id DESC LIMIT 100`, kind);
  return rows.map(toBulkJob);
}
