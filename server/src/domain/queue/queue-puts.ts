/**
 * Makes queue items to put, one function a kind: nobody else fills in what all items have. Used by core and by the rules.
 */
import { createHash } from "node:crypto";
import type { FunctionRecord } from "../app.ts";
import type { RunRecord } from "../run/run.ts";
import { createLane, cronLane, type Lane } from "./lane.ts";
import type { ItemFields, QueuePutOf } from "./queue-item.ts";
import type {
  MatchScope,
  RequestPayload,
  ResumePayload,
  TickPayload,
  TimeoutPayload,
  WakePayload,
} from "./queue-payloads.ts";

/** The step of a run that waits for something. */
export interface WaitingStep {
  runId: string;
  /** Hash of the step's id. */
  stepId: string;
  /** Of the run. */
  functionId: string;
}

type RunOfItem = Pick<RunRecord, "id" | "functionId">;

/** What a call of a run has, whatever its kind: subject to the run's limits, due at once. */
function callFields(run: RunRecord, id: string, retries: number): ItemFields & { lane: Lane; runId: string } {
  const { functionId, queuedAt, rank, slots } = run;
  const lane = createLane(functionId, slots);
  return { id, functionId, runId: run.id, attempt: 0, maxAttempts: retries + 1, dueAt: queuedAt, rank, lane };
}

/** What an item has that the engine carries out by itself, as soon as its time has come. */
function ownFields(id: string, functionId: string, dueAt: number): ItemFields & { lane: null } {
  return { id, functionId, attempt: 0, maxAttempts: 1, dueAt, rank: dueAt, lane: null };
}

/** The first call of a run. */
export function startPut(
  run: RunRecord,
  { retries }: Pick<FunctionRecord, "retries">,
  { dueAt, lane }: { dueAt: number; lane: Lane },
): QueuePutOf<"start"> {
  return { ...callFields(run, run.id, retries), kind: "start", stepId: null, payload: null, dueAt, lane };
}

/** Asks a run what comes next. */
export function discoverPut(
  run: RunRecord,
  { retries }: Pick<FunctionRecord, "retries">,
  id: string,
): QueuePutOf<"discover"> {
  return { ...callFields(run, id, retries), kind: "discover", stepId: null, payload: null };
}

/** `<run>:<step hash>`: the id of a step's item, and of what it waits for. */
export function stepItemId(runId: string, stepId: string): string {
  return `${runId}:${stepId}`;
}

/** Runs a planned step. */
export function stepPut(
  run: RunRecord,
  { retries }: Pick<FunctionRecord, "retries">,
  stepId: string,
): QueuePutOf<"step"> {
  return { ...callFields(run, stepItemId(run.id, stepId), retries), kind: "step", stepId, payload: null };
}

/** Does the request of a step. */
export function requestPut(
  run: RunRecord,
  { retries }: Pick<FunctionRecord, "retries">,
  stepId: string,
  payload: RequestPayload,
): QueuePutOf<"request"> {
  return { ...callFields(run, stepItemId(run.id, stepId), retries), kind: "request", stepId, payload };
}

/** Ends a sleep, or a wait whose time is over. */
export function wakePut(
  run: RunOfItem,
  stepId: string,
  dueAt: number,
  payload: Partial<WakePayload> = {},
): QueuePutOf<"wake"> {
  const fields = ownFields(stepItemId(run.id, stepId), run.functionId, dueAt);
  return { ...fields, kind: "wake", runId: run.id, stepId, payload: { isRace: false, awaited: null, ...payload } };
}

/** Ends the wait of a step with what came. */
export function resumePut(waiting: WaitingStep, payload: ResumePayload, dueAt: number): QueuePutOf<"resume"> {
  const { runId, stepId, functionId } = waiting;
  const fields = ownFields(`resume:${stepItemId(runId, stepId)}`, functionId, dueAt);
  return { ...fields, kind: "resume", runId, stepId, payload };
}

/** Tells the step that invoked a run that the run was not started. `reason` is for people. */
export function refusedPut(waiting: WaitingStep, reason: string, dueAt: number): QueuePutOf<"resume"> {
  const error = { name: "InngestInvokeError", message: `invoked function was not started: ${reason}` };
  return resumePut(waiting, { memo: { error } }, dueAt);
}

const matchesOf = (eventName: string): string =>
  `match:${createHash("sha1").update(eventName).digest("hex").slice(0, 16)}`;

/** Where the ids of the `match` items of all events of a name lie, so that a store finds them by its key: `end` is the first behind. */
export function matchIdRange(eventName: string): { first: string; end: string } {
  const matches = matchesOf(eventName);
  return { first: `${matches}:`, end: `${matches};` };
}

/** Looks for the waits that an event ends. Its rank is when the event came, or the wait that looks back for it. */
export function matchPut(eventName: string, scope: MatchScope, dueAt: number): QueuePutOf<"match"> {
  const { eventId, waitId } = scope;
  const id = `${matchesOf(eventName)}:${eventId}${waitId === null ? "" : `:${waitId}`}`;
  return { ...ownFields(id, "", dueAt), kind: "match", runId: null, stepId: null, payload: scope };
}

/** Ends a run before its time. `by`: what asks for it, where several may ask at once. */
export function cancelPut(run: RunOfItem, reason: string, dueAt: number, by?: string): QueuePutOf<"cancel"> {
  const id = by === undefined ? `cancel:${run.id}` : `cancel:${run.id}:${by}`;
  const fields = ownFields(id, run.functionId, dueAt);
  return { ...fields, kind: "cancel", runId: run.id, stepId: null, payload: { reason } };
}

/** Tells of a run that the store has ended by itself. */
export function cancelledPut(run: RunOfItem, reason: string, dueAt: number): QueuePutOf<"cancel"> {
  const fields = ownFields(`cancelled:${run.id}`, run.functionId, dueAt);
  return { ...fields, kind: "cancel", runId: run.id, stepId: null, payload: { reason, ended: true } };
}

/** Ends a run that took too long, counted from `from`. */
export function timeoutPut(run: RunOfItem, payload: TimeoutPayload, from: number): QueuePutOf<"timeout"> {
  const fields = ownFields(`timeout:${payload.kind}:${run.id}`, run.functionId, from + payload.timeoutMs);
  return { ...fields, kind: "timeout", runId: run.id, stepId: null, payload };
}

/** Starts the run for what a debounce has gathered. */
export function debouncePut(functionId: string, id: string, key: string, dueAt: number): QueuePutOf<"debounce"> {
  return { ...ownFields(id, functionId, dueAt), kind: "debounce", runId: null, stepId: null, payload: { key } };
}

/** Starts the run for a batch: `full` when there is no room for more, else when its time is up. */
export function batchPut(functionId: string, batchId: string, dueAt: number, full: boolean): QueuePutOf<"batch"> {
  const fields = ownFields(full ? `${batchId}:full` : batchId, functionId, dueAt);
  return { ...fields, kind: "batch", runId: null, stepId: null, payload: { batchId } };
}

/** Fires a tick of a function's cron. `dueAt`: the tick and its jitter. */
export function cronPut(functionId: string, id: string, tick: TickPayload, dueAt: number): QueuePutOf<"cron"> {
  const lane = cronLane(functionId);
  return { ...ownFields(id, functionId, dueAt), lane, kind: "cron", runId: null, stepId: null, payload: tick };
}

/** Fires a tick of a schedule. `functionId`: "" when it sends an event. */
export function schedulePut(functionId: string, id: string, tick: TickPayload, dueAt: number): QueuePutOf<"schedule"> {
  return { ...ownFields(id, functionId, dueAt), kind: "schedule", runId: null, stepId: null, payload: tick };
}

/** Works on the next batch of a bulk job. */
export function bulkPut(jobId: string, dueAt: number): QueuePutOf<"bulk"> {
  return { ...ownFields(`bulk:${jobId}`, "", dueAt), kind: "bulk", runId: null, stepId: null, payload: { jobId } };
}
