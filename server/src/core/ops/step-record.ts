/** A step's record from an operation. For the opcodes' files. */
import type { Operation } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import type { StepRecord, StepStatus } from "../../domain/run/step.ts";
import { toStoredJson, toWellFormed } from "../../domain/stored-json.ts";
import type { Draft } from "./draft.ts";

const nanosecondsPerMs = 1e6;

export function stepName(operation: Operation): string {
  return toWellFormed(operation.displayName || operation.userland?.id || operation.name || operation.id);
}

type DraftTimes = Pick<Draft, "execution" | "item" | "now" | "calledAt" | "limits">;

/** A step that has ended with a memo (JSON text, see stored-json). @throws EngineError `output_too_large` */
export function endedStep(draft: DraftTimes, operation: Operation, status: StepStatus, memo: string): StepRecord {
  const sizeBytes = Buffer.byteLength(memo);
  if (sizeBytes > draft.limits.stepOutputBytes) {
    throw new EngineError(
      "output_too_large",
      `Step "${stepName(operation)}" returned ${sizeBytes} bytes, the most is ${draft.limits.stepOutputBytes}. Store the data elsewhere and return a reference to it.`,
    );
  }
  const timing = operation.timing ?? undefined;
  const startedAt = timing === undefined ? draft.calledAt : Math.floor(timing.a / nanosecondsPerMs);
  const endedAt =
    timing === undefined ? draft.now : Math.max(startedAt, Math.floor((timing.a + timing.b) / nanosecondsPerMs));
  return {
    runId: draft.execution.run.id,
    id: operation.id,
    displayName: stepName(operation),
    op: operation.op,
    status,
    memo,
    position: null,
    attempts: draft.item.attempt + 1,
    queuedAt: draft.calledAt,
    startedAt,
    endedAt,
    wakesAt: null,
    detail: inputDetail(operation),
  };
}

/** The arguments of a step, as its author sees them. */
function inputDetail(operation: Operation): string | null {
  const input = operation.opts?.input;
  return Array.isArray(input) ? toStoredJson({ input }) : null;
}

/** A step that will run or wake later. */
export function pendingStep(
  draft: DraftTimes,
  operation: Operation,
  status: StepStatus,
  wakesAt: number | null,
): StepRecord {
  return {
    runId: draft.execution.run.id,
    id: operation.id,
    displayName: stepName(operation),
    op: operation.op,
    status,
    memo: null,
    position: null,
    attempts: 0,
    queuedAt: draft.now,
    startedAt: null,
    endedAt: null,
    wakesAt,
    detail: inputDetail(operation),
    ...(isRace(operation) && { race: true }),
  };
}

/** What a run remembers of a result. `undefined` is null, as JSON has it. */
export function dataMemo(data: unknown): string {
  return `{"data":${toStoredJson(data)}}`;
}

/** In race mode every step that ends calls the function again. */
export function isRace(operation: Operation): boolean {
  const mode = operation.opts?.parallelMode;
  return typeof mode === "string" && mode.toLowerCase() === "race";
}

/** For the detail of a step that is ended by a queue item of its own, which must know that. */
export function raceDetail(operation: Operation): { parallelMode?: "race" } {
  return isRace(operation) ? { parallelMode: "race" } : {};
}
