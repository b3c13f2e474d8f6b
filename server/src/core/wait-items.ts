/** Records and queue items of waits: what the opcodes write, and what whoever ends a wait puts. Pure. */
import type { QueuePut } from "../domain/queue-item.ts";
import type { RunRecord } from "../domain/run.ts";
import type { WaitKind, WaitRecord, WaitTake } from "../domain/wait.ts";
import { systemPut } from "./queue-puts.ts";

/** How long an invocation and a wait for a signal last when they do not say, in milliseconds. */
export const yearMs: number = 365 * 86_400_000;

/** What a `resume` item carries: how the wait ended. */
export type ResumePayload =
  /** What the run is to remember, a memo such as `{"data":1}`. */
  | { memo: { data: unknown } | { error: unknown } }
  /** Internal id of the event that came. */
  | { eventId: string }
  /** The invoked run, which has ended. */
  | { runId: string };

export function waitIdOf(runId: string, stepId: string): string {
  return `${runId}:${stepId}`;
}

export interface WaitFields {
  kind: WaitKind;
  name: string;
  path?: string;
  value?: string;
  condition?: string | null;
  expiresAt: number;
  now: number;
}

/** The wait of a step. */
export function stepWait(run: RunRecord, stepId: string, fields: WaitFields): WaitRecord {
  const { kind, name, path = "", value = "", condition = null, expiresAt, now } = fields;
  const id = waitIdOf(run.id, stepId);
  return {
    id,
    kind,
    runId: run.id,
    functionId: run.functionId,
    stepId,
    name,
    path,
    value,
    condition,
    expiresAt,
    createdAt: now,
  };
}

/** Ends the step when the wait's time is over. */
export function timeoutItem(run: RunRecord, stepId: string, dueAt: number): QueuePut {
  const id = waitIdOf(run.id, stepId);
  return systemPut({ id, kind: "wake", functionId: run.functionId, runId: run.id, stepId, dueAt });
}

/** `functionId` of the run that waits; "" where the store fills it in. */
export function resumeItem(
  waiting: { runId: string; stepId: string; functionId: string },
  payload: ResumePayload,
  now: number,
): QueuePut {
  const { runId, stepId, functionId } = waiting;
  const id = `resume:${waitIdOf(runId, stepId)}`;
  return systemPut({ id, kind: "resume", functionId, runId, stepId, dueAt: now, payload: JSON.stringify(payload) });
}

/** Ends the wait of a step, if it is still there. */
export function takeWait(waiting: { runId: string; stepId: string }, payload: ResumePayload, now: number): WaitTake {
  const waitId = waitIdOf(waiting.runId, waiting.stepId);
  return { waitId, item: resumeItem({ ...waiting, functionId: "" }, payload, now) };
}
