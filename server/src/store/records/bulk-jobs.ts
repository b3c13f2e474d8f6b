/** Stored rows of bulk jobs, and the records they hold. Called by the bulk-jobs.ts of each store. */
import type { BulkFilter, BulkJobRecord, BulkKind, BulkStatus } from "../../domain/bulk-job.ts";

export interface BulkJobRow {
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

export function toBulkJob(row: BulkJobRow): BulkJobRecord {
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
