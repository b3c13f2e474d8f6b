/**
 * A run's first records: the run itself and the queue item that starts it.
 */
import type { FunctionRecord } from "../domain/app.ts";
import type { EventRecord } from "../domain/event.ts";
import type { RunRecord } from "../domain/run.ts";
import type { RunStart } from "../domain/transition.ts";
import { matchFunctions } from "./match.ts";
import type { Parts } from "./parts.ts";
import { callPut } from "./queue-puts.ts";

export interface StartOptions {
  now: number;
  /** The cron whose tick it is; null for events. */
  cron: string | null;
  /** Null: none. */
  idempotencyKey: string | null;
}

/** The run waits for the event's `ts` when that lies in the future. */
export function startRun(
  parts: Pick<Parts, "newId">,
  fn: FunctionRecord,
  event: EventRecord,
  options: StartOptions,
): RunStart {
  const { now } = options;
  const runId = parts.newId(now);
  const run: RunRecord = {
    id: runId,
    functionId: fn.id,
    status: "Queued",
    eventIds: [event.internalId],
    idempotencyKey: options.idempotencyKey,
    cron: options.cron,
    queuedAt: now,
    startedAt: null,
    endedAt: null,
    output: null,
    requestVersion: -1,
    forcePlan: false,
    stepCount: 0,
    pendingCount: 0,
    stateBytes: 0,
    rank: now,
    slots: [],
    parent: null,
    originalRunId: null,
    stepInputs: null,
    finishTimeoutMs: null,
    reason: null,
  };
  return { run, item: callPut(run, fn, { id: runId, kind: "start", dueAt: Math.max(now, event.ts) }) };
}

/** Starts of all functions that an event leads to. An id of the sender's own starts each function once in 24 hours. */
export function startMatching(
  parts: Pick<Parts, "registry" | "logger" | "newId">,
  event: EventRecord,
  now: number,
): RunStart[] {
  return matchFunctions(parts, event).map((fn) => {
    const idempotencyKey = event.id === event.internalId ? null : `${fn.id}:${event.id}`;
    return startRun(parts, fn, event, { now, cron: null, idempotencyKey });
  });
}
