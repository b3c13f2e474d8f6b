/** Promises of the SDK's own around steps. Used by step tools that do more than to register a step. */
import { isStepError } from "../errors/index.ts";

/** What step calls have rejected with that is no StepError: middleware made it. */
const failures = new WeakSet<object>();

/** Remembers what a step call rejects with, which may be another error than the step's. */
export function noteFailure(call: Promise<unknown>): Promise<unknown> {
  call.catch((error: unknown) => {
    if (typeof error === "object" && error !== null) failures.add(error);
  });
  return call;
}

/**
 * The same promise, but if a failed step is what it rejects with and nobody awaits it, that does not end the process.
 * What user code throws itself stays its own affair.
 */
export function awaitSteps<T>(work: Promise<T>): Promise<T> {
  const promise = new Promise<T>((resolve, reject) => {
    work.then(resolve, (error: unknown) => {
      if (isStepError(error) || failures.has(Object(error))) promise.catch(() => {});
      reject(error);
    });
  });
  return promise;
}
