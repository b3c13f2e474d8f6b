/** Records for the store's tests: whole and valid, each test names only what it is about. */
import type { AppRecord, FunctionRecord } from "../../server/src/domain/app.ts";
import type { EventRecord } from "../../server/src/domain/event.ts";
import { noFlow } from "../../server/src/domain/flow.ts";
import type { Lane } from "../../server/src/domain/queue/lane.ts";
import { parseStoredItem, type StoredItem } from "../../server/src/domain/queue/queue-codec.ts";
import type { QueueItem, QueueItemKind, QueuePut } from "../../server/src/domain/queue/queue-item.ts";
import type { QueuePayloads } from "../../server/src/domain/queue/queue-payloads.ts";
import type { RunRecord } from "../../server/src/domain/run/run.ts";
import type { AttemptRecord, StepRecord } from "../../server/src/domain/run/step.ts";
import type { RunStart, StepEnd, StepPlan, Transition } from "../../server/src/domain/transition.ts";

/** When everything of a test is queued, unless it says otherwise. */
export const t0 = 1_800_000_000_000;

export function makeEvent(internalId: string, fields: Partial<EventRecord> = {}): EventRecord {
  return {
    internalId,
    id: `given-${internalId}`,
    name: "test/event",
    data: "{}",
    ts: t0,
    v: null,
    meta: null,
    user: null,
    receivedAt: t0,
    ...fields,
  };
}

export function makeRun(id: string, fields: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    version: 0,
    functionId: "function-1",
    status: "Queued",
    eventIds: [`event-of-${id}`],
    idempotencyKey: null,
    cron: null,
    queuedAt: t0,
    startedAt: null,
    endedAt: null,
    output: null,
    requestVersion: -1,
    forcePlan: false,
    checkpointed: false,
    stepCount: 0,
    pendingCount: 0,
    stateBytes: 0,
    rank: t0,
    slots: [],
    parent: null,
    originalRunId: null,
    stepInputs: null,
    finishTimeoutMs: null,
    reason: null,
    ...fields,
  };
}

/** Fields of an item as a store keeps them: its payload is a text. */
export type ItemGiven = Partial<Omit<StoredItem, "laneId" | "fence">> & { lane?: Lane | null };

/** A `discover` item; without a run, which that must have, a `bulk` item. */
export function makeItem(id: string, fields: ItemGiven = {}): QueuePut {
  const { lane = null, ...given } = fields;
  const isOfRun = (given.runId ?? null) !== null;
  const item = parseStoredItem({
    id,
    kind: isOfRun ? "discover" : "bulk",
    functionId: "function-1",
    runId: null,
    stepId: null,
    attempt: 0,
    maxAttempts: 4,
    dueAt: t0,
    rank: given.dueAt ?? t0,
    payload: isOfRun ? null : "job-1",
    ...given,
    fence: 0,
    laneId: null,
    crashes: 0,
    suspicion: 0,
    unreachable: null,
  });
  if (item.kind === "unreadable") throw new Error(`item ${id}: ${item.payload.fault}`);
  const { fence: _fence, laneId: _laneId, crashes: _crashes, suspicion: _suspicion, unreachable: _, ...put } = item;
  return { ...put, lane };
}

/** The payload of an item that must be of this kind. */
export function payloadOf<K extends QueueItemKind>(item: QueueItem | undefined, kind: K): QueuePayloads[K] {
  if (item?.kind === kind) return item.payload as QueuePayloads[K];
  throw new Error(`expected an item of the kind ${kind}, got ${item?.kind ?? "none"}`);
}

/** What a put becomes once it has been leased `fence` times. */
export function toItem({ lane, ...put }: QueuePut, fence: number): QueueItem {
  return { ...put, fence, laneId: lane?.id ?? null, crashes: 0, suspicion: 0, unreachable: null };
}

export function makeStart(runId: string, fields: Partial<RunRecord> = {}, item: ItemGiven = {}): RunStart {
  return { run: makeRun(runId, fields), item: makeItem(`start-${runId}`, { kind: "start", runId, ...item }) };
}

export function makeStep(runId: string, id: string, fields: Partial<StepRecord> = {}): StepRecord {
  return {
    runId,
    id,
    displayName: `step ${id}`,
    op: "StepPlanned",
    status: "Planned",
    memo: null,
    position: null,
    attempts: 0,
    queuedAt: t0,
    startedAt: null,
    endedAt: null,
    wakesAt: null,
    detail: null,
    ...fields,
  };
}

export function makePlan(runId: string, stepId: string, item: ItemGiven = {}): StepPlan {
  return {
    step: makeStep(runId, stepId),
    item: makeItem(`item-${runId}-${stepId}`, { kind: "step", runId, stepId, ...item }),
  };
}

export function makeEnd(runId: string, stepId: string, fields: Partial<StepRecord> = {}): StepEnd {
  return {
    step: makeStep(runId, stepId, {
      op: "StepRun",
      status: "Completed",
      memo: '{"data":1}',
      attempts: 1,
      startedAt: t0 + 1,
      endedAt: t0 + 2,
      ...fields,
    }),
  };
}

export function makeAttempt(runId: string, fields: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    runId,
    stepId: null,
    displayName: null,
    attempt: 0,
    startedAt: t0,
    endedAt: t0 + 1,
    error: '{"name":"Error","message":"no"}',
    retryAt: null,
    ...fields,
  };
}

export function makeApp(name: string, fields: Partial<AppRecord> = {}): AppRecord {
  return {
    id: `app-${name}`,
    name,
    url: `http://127.0.0.1:3000/${name}`,
    sdk: "js:v0.1.0",
    framework: "hono",
    appVersion: null,
    warnings: [],
    checksum: "checksum-1",
    syncedAt: t0,
    createdAt: t0,
    ...fields,
  };
}

export function makeFunction(app: string, name: string, fields: Partial<FunctionRecord> = {}): FunctionRecord {
  return {
    id: `function-${app}-${name}`,
    appId: `app-${app}`,
    slug: `${app}-${name}`,
    name,
    triggers: [{ event: "test/event" }],
    url: `http://127.0.0.1:3000/${app}?fnId=${app}-${name}&stepId=step`,
    retries: 3,
    flow: noFlow,
    version: 1,
    createdAt: t0,
    archivedAt: null,
    ...fields,
  };
}

/** A transition with no lease. */
export function write(fields: Omit<Transition, "lease">): Transition {
  return { lease: null, ...fields };
}

export function endOfRun(
  runId: string,
  status: "Completed" | "Failed" | "Cancelled" = "Completed",
): NonNullable<Transition["run"]> {
  return { runId, end: { status, endedAt: t0 + 100, output: '"done"' } };
}
