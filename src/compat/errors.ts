/** `errors` of the `internals` entry: how libraries take errors apart and put them together. */
import { serializeError, deserializeError as toError } from "../errors/index.ts";
import type { SerializedError } from "../protocol/error.ts";

export { serializeError };

/** Codes of warnings and errors of a run. */
export const ErrCode = {
  NESTING_STEPS: "NESTING_STEPS",
  NON_DETERMINISTIC_FUNCTION: "NON_DETERMINISTIC_FUNCTION",
  ASYNC_DETECTED_AFTER_MEMOIZATION: "ASYNC_DETECTED_AFTER_MEMOIZATION",
  STEP_USED_AFTER_ASYNC: "STEP_USED_AFTER_ASYNC",
  AUTOMATIC_PARALLEL_INDEXING: "AUTOMATIC_PARALLEL_INDEXING",
  NONDETERMINISTIC_STEPS: "NONDETERMINISTIC_STEPS",
} as const;

/** What to do when there is no event key. */
export const fixEventKeyMissingSteps: readonly string[] = [
  "Set the variable INNGEST_EVENT_KEY.",
  "Give the client one: new Inngest({ id, eventKey }).",
];

/** A step's failure, with the operation that reports it. */
export class OutgoingResultError extends Error {
  readonly result: { data?: unknown; error?: unknown };

  constructor(result: { data?: unknown; error?: unknown }) {
    super("A step failed: see its result.");
    this.name = "OutgoingResultError";
    this.result = result;
  }
}

/** Something happened that cannot happen. */
export class UnreachableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreachableError";
  }
}

/** An Error from its form on the wire, or from the JSON text of it. */
export function deserializeError(value: unknown): Error {
  return toError(isSerializedError(value) ?? value);
}

/** The error on the wire that a value, or a JSON text, is; undefined when it is none. */
export function isSerializedError(value: unknown): SerializedError | undefined {
  let candidate = value;
  if (typeof value === "string") {
    try {
      candidate = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  const marked = (candidate as { __serialized?: unknown } | null | undefined)?.__serialized === true;
  return marked ? (candidate as SerializedError) : undefined;
}

/** What an error says; `fallback` for what is no error. */
export function getErrorMessage(error: unknown, fallback: string): string {
  return error instanceof Error ? error.message : fallback;
}

/** Makes what puts a text before an error's message and throws it again: `promise.catch(rethrowError("Reading failed"))`. */
export function rethrowError(prefix: string): (error: unknown) => never {
  return (thrown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    error.message = `${prefix}; ${error.message}`;
    throw error;
  };
}
