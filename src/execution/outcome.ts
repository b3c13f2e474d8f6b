/** What one call comes to. Made by the replay machine, turned into an answer by the handler. */
import { isNonRetriableError, isStepError, retryAfterOf, serializeError } from "../errors/index.ts";
import type { SerializedError } from "../protocol/error.ts";
import type { Operation } from "../protocol/opcode.ts";

/** How a failed attempt is to be followed. */
export interface Failure {
  error: SerializedError;
  /** False when no further attempt may be made. */
  retriable: boolean;
  /** Value of the `Retry-After` header; null: the engine's own backoff. */
  retryAfter: string | null;
}

export interface FoundStep {
  id: string;
  name: string;
  displayName: string;
}

export type Outcome =
  | { type: "function-resolved"; data: unknown }
  /** The run has ended in a call that makes checkpoints. `unsaved`: operations, as JSON, that none has saved. */
  | { type: "run-complete"; data: unknown; unsaved: readonly string[] }
  | { type: "function-rejected"; failure: Failure }
  | { type: "steps-found"; operations: Operation[] }
  /** Checkpoints fail: the engine is to take what they could not save, and call again. */
  | { type: "checkpoint-failed"; unsaved: readonly string[] }
  /** `text` is the operation as JSON. */
  | { type: "step-ran"; operation: Operation; text: string; failure: Failure | null }
  /** Another call has taken the run over: this one is to stop, and its answer counts for nothing. */
  | { type: "stale" }
  | { type: "step-not-found"; requestedStepId: string; foundSteps: FoundStep[]; totalFoundSteps: number };

/**
 * Decides what follows a thrown value. The last attempt is final, as are NonRetriableError and an uncaught StepError:
 * that step has used up retries of its own.
 * @param delayMs asked for the delay before the next attempt, unless the error says it; null leaves it to the engine.
 */
export function toFailure(
  thrown: unknown,
  isLastAttempt: boolean,
  delayMs: (thrown: unknown) => number | null = () => null,
): Failure {
  const retriable = !isLastAttempt && !isNonRetriableError(thrown) && !isStepError(thrown);
  return { error: serializeError(thrown), retriable, retryAfter: retriable ? retryAfter(thrown, delayMs) : null };
}

function retryAfter(thrown: unknown, delayMs: (thrown: unknown) => number | null): string | null {
  const said = retryAfterOf(thrown);
  if (said !== null) return said;
  const ms = delayMs(thrown);
  return ms === null ? null : String(Math.ceil(ms / 1000));
}
