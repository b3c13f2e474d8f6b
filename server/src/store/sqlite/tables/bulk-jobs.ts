/** Bulk jobs: what rules read and write of them, and reads for open-store.ts. */
import type { BulkJobRecord, BulkKind } from "../../../domain/bulk-job.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { BulkJobRow as RuleRow } from "../../../rules/rows.ts";
import type { Source } from "../../../rules/source.ts";
import { type BulkJobRow, toBulkJob } from "../../records/bulk-jobs.ts";
import type { Database } from "../database.ts";
import { createUpdate, plain } from "./row-update.ts";

type BulkJobReads = Pick<Source, "hasBulkJob" | "bulkJob">;

/** `isSure`: whether to look for rows that are new almost always. */
export function bulkJobReads(database: Database, isSure: boolean): BulkJobReads {
  return {
    hasBulkJob: ({ id }) => isSure && database.get("SELECT 1 FROM bulk_jobs WHERE id = ?", id) !== undefined,
    bulkJob: ({ id }) =>
      database.get<RuleRow>("SELECT status, cursor, matched, ended_at AS endedAt FROM bulk_jobs WHERE id = ?", id) ??
      null,
  };
}

const update = createUpdate<Pick<BulkJobRecord, "status" | "cursor" | "matched" | "endedAt">>("bulk_jobs", ["id"], {
  status: plain("status"),
  cursor: plain("cursor"),
  matched: plain("matched"),
  endedAt: plain("ended_at"),
});

export function writeBulkJobs(database: Database, { changed, added }: Changes["bulkJobs"]): void {
  for (const { key, fields } of changed) update(database, fields, key);
  for (const job of added) insertBulkJob(database, job);
}

function insertBulkJob(database: Database, job: BulkJobRecord): void {
  database.run(
    `INSERT INTO bulk_jobs (id, kind, filter, reason, status, cursor, matched, created_at, ended_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
