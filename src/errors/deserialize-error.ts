/** From an error on the wire back to an Error. Called for failed steps and for `onFailure`. Never throws. */
import * as limits from "../protocol/limits.ts";
import { NonRetriableError } from "./non-retriable-error.ts";

export interface ErrorFields {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
  /** Of an error that a step failed with: the step's id as its author wrote it. */
  stepId?: string;
}

/** By name, without what objects inherit. A minifier renames classes, and leaves keys as they are. */
const builtIn: Readonly<Record<string, new (message: string) => Error>> = {
  __proto__: null as never,
  EvalError,
  NonRetriableError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** Reads what an error on the wire may hold; everything may be missing. */
export function parseErrorFields(value: unknown): ErrorFields {
  if (typeof value !== "object" || value === null) {
    return { name: "Error", message: value === undefined || value === null ? "Unknown error" : String(value) };
  }
  const { name, message, error, stack, cause, stepId } = value as Record<string, unknown>;
  return {
    name: nonEmpty(name) ?? "Error",
    message: nonEmpty(message) ?? nonEmpty(error) ?? "Unknown error",
    ...(typeof stack === "string" ? { stack } : {}),
    ...(cause === undefined || cause === null ? {} : { cause }),
    ...(typeof stepId === "string" ? { stepId } : {}),
  };
}

/** Rebuilds an Error: JavaScript's own classes and NonRetriableError as such, others as Error with their name. */
export function deserializeError(value: unknown): Error {
  return rebuild(value, 0);
}

function rebuild(value: unknown, depth: number): Error {
  const fields = parseErrorFields(value);
  const Class = builtIn[fields.name] ?? Error;
  const error = new Class(fields.message);
  define(error, "name", fields.name);
  for (const key of ["stack", "stepId"] as const) if (fields[key] !== undefined) define(error, key, fields[key]);
  if (fields.cause !== undefined) {
    define(error, "cause", depth < limits.errorCauseDepth ? deserializeCause(fields.cause, depth + 1) : fields.cause);
  }
  return error;
}

/** A cause with a message becomes an error again; any other value stays as it is. */
export function deserializeCause(cause: unknown, depth = 0): unknown {
  const isError = typeof cause === "object" && cause !== null && "message" in cause;
  return isError ? rebuild(cause, depth) : cause;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

function nonEmpty(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
