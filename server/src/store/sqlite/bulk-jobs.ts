/** Bulk jobs: writes for commit.ts, reads for open-store.ts. */
import type { BulkFilter, BulkJobRecord, BulkKind, BulkProgress, BulkStatus } from "../../domain/bulk-job.ts";
import type { Database } from "./database.ts";

interface BulkJobRow {
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

export function insertBulkJob(database: Database, job: BulkJobRecord): void {
  database.run(
    `INSERT INTO bulk_jobs (id, kind, filter, reason, status, cursor, matched, created_at, ended_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    job.id,
    job.kind,
    JSON.stringify(job.filter),
    job.reason,
    job.status,
    job.cursor,
    job.matched,
    job.createdAt,
    job.endedAt,
  );
}

/** A job that was stopped meanwhile stays stopped. */
export function advanceBulkJob(database: Database, progress: BulkProgress): void {
  database.run(
    `UPDATE bulk_jobs SET cursor = coalesce(?, cursor), matched = matched + ?,
      status = CASE WHEN status = 'Running' AND ?3 IS NOT NULL THEN 'Completed' ELSE status END,
      ended_at = coalesce(ended_at, ?3) WHERE id = ?4`,
    progress.cursor,
    progress.matched,
    progress.endedAt,
    progress.id,
  );
}

export function stopBulkJob(database: Database, id: string, at: number): void {
  database.run("UPDATE bulk_jobs SET status = 'Stopped', ended_at = ? WHERE id = ? AND status = 'Running'", at, id);
}

export function getBulkJob(database: Database, id: string): BulkJobRecord | null {
  const row = database.get<BulkJobRow>("SELECT * FROM bulk_jobs WHERE id = ?", id);
  return row === undefined ? null : toBulkJob(row);
}

/** Newest first, at most 100. */
export function listBulkJobs(database: Database, kind?: BulkKind): BulkJobRecord[] {
  return database
    .all<BulkJobRow>("SELECT * FROM bulk_jobs WHERE kind = coalesce(?, kind) ORDER BY id DESC LIMIT 100", kind ?? null)
    .map(toBulkJob);
}

function toBulkJob(row: BulkJobRow): BulkJobRecord {
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
