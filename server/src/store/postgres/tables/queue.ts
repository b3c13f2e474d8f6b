/** Queue items: their table for writer.ts, reads for open-store.ts. */
import { payloadText, tickText } from "../../../domain/queue/queue-codec.ts";
import type { FunctionOutage, Outage, QueueItem } from "../../../domain/queue/queue-item.ts";
import type { ItemFields, NewItem } from "../../../rules/changes.ts";
import { earliest, type QueueRow, toItem } from "../../records/queue.ts";
import type { Database } from "../database.ts";
import type { Table } from "./table.ts";

/** An item as it is written. */
export interface QueueColumns {
  id: string;
  kind: string;
  functionId: string;
  runId: string | null;
  stepId: string | null;
  attempt: number;
  maxAttempts: number;
  dueAt: number;
  rank: number;
  laneId: string | null;
  fence: number;
  ready: boolean;
  leasedUntil: number | null;
  crashes: number;
  suspicion: number;
  unreachable: Outage | null;
  payload: string | null;
}

export const queueTable: Table<QueueColumns> = {
  name: "queue",
  key: ["id"],
  columns: {
    id: { name: "id", type: "text" },
    kind: { name: "kind", type: "text" },
    functionId: { name: "function_id", type: "text" },
    runId: { name: "run_id", type: "text" },
    stepId: { name: "step_id", type: "text" },
    attempt: { name: "attempt", type: "integer" },
    maxAttempts: { name: "max_attempts", type: "integer" },
    dueAt: { name: "due_at", type: "bigint" },
    rank: { name: "rank", type: "bigint" },
    laneId: { name: "lane_id", type: "text" },
    fence: { name: "fence", type: "bigint" },
    ready: { name: "ready", type: "boolean" },
    leasedUntil: { name: "leased_until", type: "bigint" },
    crashes: { name: "crashes", type: "integer" },
    suspicion: { name: "suspicion", type: "integer" },
    unreachable: {
      name: "unreachable",
      type: "text",
      encode: (outage) => (outage === null ? null : JSON.stringify(outage)),
    },
    payload: { name: "payload", type: "text" },
  },
};

export function toQueueColumns({ put, laneId, ready, leasedUntil, fence }: NewItem): QueueColumns {
  const { lane: _lane, payload: _payload, ...item } = put;
  const trouble = { crashes: 0, suspicion: 0, unreachable: null };
  return { ...item, ...trouble, payload: payloadText(put), laneId, ready, leasedUntil, fence };
}

/** What changes of an item that is there. */
export function toQueueFields({ tick, ...fields }: Partial<ItemFields>): Partial<QueueColumns> {
  return tick === undefined ? fields : { ...fields, payload: tickText(tick) };
}

const names = [
  "id",
  "kind",
  "function_id",
  "run_id",
  "step_id",
  "attempt",
  "max_attempts",
  "due_at",
  "fence",
  "rank",
  "lane_id",
  "crashes",
  "suspicion",
  "unreachable",
  "payload",
];

/** The columns of a `QueueRow`, of the table or alias `of`. */
export function itemColumns(of: string): string {
  return names.map((name) => `${of}.${name}`).join(", ");
}

/** Null when it is not in the queue. */
export async function getItem(database: Database, itemId: string): Promise<QueueItem | null> {
  const row = await database.get<QueueRow>(
    `SELECT ${itemColumns("q")} FROM stepwell.queue AS q WHERE q.ns = $1 AND q.id = $2`,
    itemId,
  );
  return row === undefined ? null : toItem(row);
}

/** Earliest first, at most 100. */
export async function listItems(database: Database, runId: string): Promise<QueueItem[]> {
  const rows = await database.all<QueueRow>(
    `SELECT ${itemColumns("q")} FROM stepwell.queue AS q WHERE q.ns = $1 AND q.run_id = $2
      ORDER BY q.due_at, q.id LIMIT 100`,
    runId,
  );
  return rows.map(toItem);
}

/** Null when nothing will be due by itself. Lanes that stand aside for a slot or a pause are not waited for. */
export async function getNextDueAt(database: Database): Promise<number | null> {
  const row = await database.get<Record<string, number | null>>(
    `SELECT (SELECT min(due_at) FROM stepwell.queue WHERE ns = $1 AND leased_until IS NULL AND lane_id IS NULL) AS own,
      (SELECT min(due_at) FROM stepwell.queue
        WHERE ns = $1 AND leased_until IS NULL AND NOT ready AND lane_id IS NOT NULL) AS later,
      (SELECT min(leased_until) FROM stepwell.queue WHERE ns = $1 AND leased_until IS NOT NULL) AS leased,
      (SELECT min(not_before) FROM stepwell.lanes WHERE ns = $1 AND state = 'throttled') AS throttled,
      (SELECT q.due_at FROM stepwell.lanes AS l JOIN stepwell.queue AS q ON q.ns = $1 AND q.lane_id = l.id
        WHERE l.ns = $1 AND l.state = 'in-line' AND q.leased_until IS NULL AND q.ready LIMIT 1) AS ready`,
  );
  return earliest(row);
}

export async function listOutages(database: Database): Promise<FunctionOutage[]> {
  return database.all<FunctionOutage>(
    `SELECT function_id AS "functionId", min((unreachable::json ->> 'since')::bigint) AS since,
        max((unreachable::json ->> 'at')::bigint) AS at
        FROM stepwell.queue WHERE ns = $1 AND unreachable IS NOT NULL GROUP BY function_id ORDER BY function_id`,
  );
}
