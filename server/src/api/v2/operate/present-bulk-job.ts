/** A bulk job as `/v2` shows it. Called by the routes that start one, or show one. Pure. */
import type { BulkJobRecord } from "../../../domain/bulk-job.ts";
import type { BulkJobAnswer } from "../../answers.ts";
import { iso, isoOrNull } from "../../moment.ts";
import type { Lookup } from "../lookup.ts";

export function presentBulkJob(job: BulkJobRecord, lookup: Lookup): BulkJobAnswer {
  const { functionIds, statuses, from, until, condition } = job.filter;
  return {
    id: job.id,
    kind: job.kind,
    status: job.status.toUpperCase() as Uppercase<BulkJobRecord["status"]>,
    reason: job.reason,
    matched: job.matched,
    filter: {
      functionId: functionIds?.map((id) => lookup(id)?.fn.slug ?? id) ?? null,
      status: statuses?.map((status) => status.toUpperCase()) ?? null,
      from: isoOrNull(from ?? null),
      until: isoOrNull(until ?? null),
      if: condition ?? null,
    },
    createdAt: iso(job.createdAt),
    endedAt: isoOrNull(job.endedAt),
  };
}
