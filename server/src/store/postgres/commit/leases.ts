/** Leasing: what is due is handed out to this node. Called by open-store.ts. Which items those are stands in rules/turns. */
import type { LeaseRequest } from "../../../domain/commit-result.ts";
import type { LeaseToken, QueueItem } from "../../../domain/queue/queue-item.ts";
import { freeExpired, leaseDue, promoteDue } from "../../../rules/turns/lease-due.ts";
import type { WorkingSet } from "../../../rules/working-set.ts";
import type { Database } from "../database.ts";
import { toJson } from "../tables/table.ts";
import type { GroupCommit } from "./group-commit.ts";

/** What there is to do, so that a look that finds nothing costs one statement. */
const selectDue = `SELECT
  EXISTS (SELECT 1 FROM stepwell.queue WHERE ns = $1 AND leased_until <= $2::bigint) AS expired,
  EXISTS (SELECT 1 FROM stepwell.queue
    WHERE ns = $1 AND leased_until IS NULL AND NOT ready AND lane_id IS NOT NULL AND due_at <= $2::bigint) AS later,
  EXISTS (SELECT 1 FROM stepwell.queue
    WHERE ns = $1 AND leased_until IS NULL AND lane_id IS NULL AND due_at <= $2::bigint) AS own,
  EXISTS (SELECT 1 FROM stepwell.lanes WHERE ns = $1 AND state = 'in-line') AS lanes,
  EXISTS (SELECT 1 FROM stepwell.lanes WHERE ns = $1 AND state = 'throttled' AND not_before <= $2::bigint) AS throttled`;

interface Due {
  expired: boolean;
  later: boolean;
  own: boolean;
  lanes: boolean;
  throttled: boolean;
}

export async function lease(database: Database, group: GroupCommit, request: LeaseRequest): Promise<QueueItem[]> {
  const { now } = request;
  const due = await database.get<Due>(selectDue, now);
  if (due === undefined || !Object.values(due).includes(true)) return [];
  const write = <T>(decide: (set: WorkingSet) => T): Promise<T> => group.alone({ shutsOut: false, decide });
  if (due.expired) await write((set) => freeExpired(set, now));
  if (due.expired || due.later) await write((set) => promoteDue(set, now));
  return write((set) => leaseDue(set, request));
}

/** Never shortens a lease. Resolves with those that were lost. */
export async function extendLeases(
  database: Database,
  tokens: readonly LeaseToken[],
  leaseUntil: number,
): Promise<LeaseToken[]> {
  if (tokens.length === 0) return [];
  const kept = await database.all<{ id: string; fence: number }>(
    `WITH held AS MATERIALIZED (SELECT t.id FROM stepwell.queue AS t
        JOIN json_to_recordset($2::json) AS k("itemId" text, fence bigint) ON t.id = k."itemId" AND t.fence = k.fence
        WHERE t.ns = $1 AND t.leased_until IS NOT NULL ORDER BY t.id FOR UPDATE OF t)
      UPDATE stepwell.queue AS t SET leased_until = greatest(t.leased_until, $3::bigint) FROM held
        WHERE t.ns = $1 AND t.id = held.id RETURNING t.id, t.fence`,
    toJson(tokens),
    leaseUntil,
  );
  const held = new Set(kept.map(({ id, fence }) => `${fence} ${id}`));
  return tokens.filter(({ itemId, fence }) => !held.has(`${fence} ${itemId}`));
}
