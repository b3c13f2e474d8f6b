/** Records of waits: what the opcodes write, and what whoever ends a wait takes out. Pure. */
import type { ResumePayload } from "../queue/queue-payloads.ts";
import { resumePut, stepItemId } from "../queue/queue-puts.ts";
import type { RunRecord } from "./run.ts";
import type { WaitKind, WaitRecord, WaitTake } from "./wait.ts";

/** How long an invocation and a wait for a signal last when they do not say, in milliseconds. */
export const yearMs: number = 365 * 86_400_000;

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
  const id = stepItemId(run.id, stepId);
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

/** Ends the wait of a step, if it is still there. `functionId` is filled in by the store. */
export function takeWait(waiting: { runId: string; stepId: string }, payload: ResumePayload, now: number): WaitTake {
  const waitId = stepItemId(waiting.runId, waiting.stepId);
  return { waitId, item: resumePut({ ...waiting, functionId: "" }, payload, now) };
}
