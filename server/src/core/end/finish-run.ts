/**
 * The end of a run: what is written of it, and the lifecycle events that others may wait for.
 * Recordings: test/protocol/fixtures/function-failed-event.json.
 */
import { internalEvents, type SerializedError } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import { type EventRecord, noExtras } from "../../domain/event.ts";
import { eventText } from "../../domain/event-text.ts";
import type { EndedStatus, RunRecord } from "../../domain/run/run.ts";
import type { WaitTake } from "../../domain/run/wait.ts";
import { takeWait } from "../../domain/run/wait-records.ts";
import type { RunPatch } from "../../domain/transition.ts";
import type { Parts } from "../parts/parts.ts";
import { type Admission, startMatching } from "../start/start-run.ts";

export interface RunEnd {
  status: EndedStatus;
  /** Result or error as JSON text (see stored-json); null for none. */
  output: string | null;
  /** Why it was cancelled, for people. Default: null. */
  reason?: string | null;
}

export interface FinishedRun extends Partial<Admission> {
  run: RunPatch;
  events: EventRecord[];
  /** Of the step that invoked the run. */
  waitTakes: WaitTake[];
}

/** Runs that these events started send none of them: a failing failure handler would go round forever. */
const silent: ReadonlySet<string> = new Set([
  internalEvents.functionFailed,
  internalEvents.functionFinished,
  internalEvents.functionCancelled,
]);

function errorFields(output: string | null): SerializedError {
  const { __serialized: _mark, ...error } = JSON.parse(output ?? "{}") as SerializedError;
  // Servers of the protocol tell the class under both names, and SDKs of other languages read this one.
  return { error: error.name, ...error };
}

function dataText(run: RunRecord, fn: FunctionRecord, events: EventRecord[], end: RunEnd): string {
  const error = end.status === "Failed" ? `"error":${JSON.stringify(errorFields(end.output))},` : "";
  const first = events[0];
  const { parent } = run;
  const correlation = parent === null ? "" : `"correlation_id":${JSON.stringify(`${parent.runId}.${parent.stepId}`)},`;
  return (
    `{"_inngest":{"status":"${end.status}"},${correlation}${error}"event":${first === undefined ? "null" : eventText(first)},` +
    `"events":[${events.map((event) => eventText(event)).join(",")}],"function_id":${JSON.stringify(fn.slug)},` +
    `"result":${end.output ?? "null"},"run_id":"${run.id}"}`
  );
}

function lifecycleEvents(
  parts: Pick<Parts, "newId">,
  run: RunRecord,
  data: string,
  end: RunEnd,
  now: number,
): EventRecord[] {
  const record = (name: string, id: string | null): EventRecord => {
    const internalId = parts.newId(now);
    return { internalId, id: id ?? internalId, name, data, ts: now, ...noExtras, receivedAt: now };
  };
  const finished = record(internalEvents.functionFinished, null);
  if (end.status === "Failed") return [finished, record(internalEvents.functionFailed, run.id)];
  if (end.status === "Cancelled") return [finished, record(internalEvents.functionCancelled, run.id)];
  return [finished];
}

/** `events` are those that started the run, in order. */
export function finishRun(
  parts: Pick<Parts, "registry" | "logger" | "newId" | "rateLimitMode">,
  run: RunRecord,
  fn: FunctionRecord,
  events: EventRecord[],
  end: RunEnd,
  now: number,
): FinishedRun {
  const patch: RunPatch = { runId: run.id, end: { endedAt: now, reason: null, ...end } };
  const waitTakes = run.parent === null ? [] : [takeWait(run.parent, { runId: run.id }, now)];
  if (events.some((event) => silent.has(event.name))) return { run: patch, events: [], waitTakes };
  const sent = lifecycleEvents(parts, run, dataText(run, fn, events, end), end, now);
  return { run: patch, events: sent, ...startMatching(parts, sent, now), waitTakes };
}
