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
  | { type: "function-rejected"; failure: Failure }
  | { type: "steps-found"; operations: Operation[] }
  | { type: "step-ran"; operation: Operation; failure: Failure | null }
  | { type: "step-not-found"; requestedStepId: string; foundSteps: FoundStep[]; totalFoundSteps: number };

/**
 * Decides what follows a thrown value. The last attempt is final, as are NonRetriableError and an uncaught StepError:
 * that step has used up retries of its own.
 */
export function toFailure(thrown: unknown, isLastAttempt: boolean): Failure {
  const retriable = !isLastAttempt && !isNonRetriableError(thrown) && !isStepError(thrown);
  return { error: serializeError(thrown), retriable, retryAfter: retriable ? retryAfterOf(thrown) : null };
}
