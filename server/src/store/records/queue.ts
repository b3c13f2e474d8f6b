/** Stored rows of queue items, and the items they hold. Called by the queue.ts and queue-places.ts of each store. */
import { parseStoredItem } from "../../domain/queue/queue-codec.ts";
import type { Outage, QueueItem } from "../../domain/queue/queue-item.ts";

export interface QueueRow {
  id: string;
  kind: string;
  function_id: string;
  run_id: string | null;
  step_id: string | null;
  attempt: number;
  max_attempts: number;
  due_at: number;
  fence: number;
  rank: number;
  lane_id: string | null;
  crashes: number;
  suspicion: number;
  unreachable: string | null;
  payload: string | null;
}

export function toItem(row: QueueRow): QueueItem {
  return parseStoredItem({
    id: row.id,
    kind: row.kind,
    functionId: row.function_id,
    runId: row.run_id,
    stepId: row.step_id,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    dueAt: row.due_at,
    fence: row.fence,
    rank: row.rank,
    laneId: row.lane_id,
    crashes: row.crashes,
    suspicion: row.suspicion,
    unreachable: row.unreachable === null ? null : (JSON.parse(row.unreachable) as Outage),
    payload: row.payload,
  });
}

/** The earliest of those that are given; null for none. */
export function earliest(times: Readonly<Record<string, number | null>> | undefined): number | null {
  const given = Object.values(times ?? {}).filter((time) => typeof time === "number");
  return given.length === 0 ? null : Math.min(...given);
}
