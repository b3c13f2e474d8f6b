/** From a thrown value to the plain error that travels. Called where a step or function has failed. Never throws. */
import type { SerializedError } from "../protocol/error.ts";
import * as limits from "../protocol/limits.ts";

/**
 * Makes a thrown value fit to travel. Causes are kept five deep; a serialized error (also as JSON text) passes through;
 * what is no error becomes one whose message is the value.
 * @example
 * const { name, message } = serializeError(new TypeError("no"));
 */
export function serializeError(thrown: unknown): SerializedError {
  return alreadySerialized(thrown) ?? serialize(toError(thrown), 0);
}

/**
 * An error as it is; anything else as the message of one.
 * @param textOfOther how what is no error is written. Default: objects as JSON.
 */
export function toError(thrown: unknown, textOfOther: (value: unknown) => string = textOf): Error {
  if (isError(thrown)) return thrown;
  try {
    return new Error(textOfOther(thrown));
  } catch {
    return new Error(textOf(thrown));
  }
}

function serialize(error: Error, depth: number): SerializedError {
  const out: Record<string, unknown> = {
    name: typeof error.name === "string" && error.name !== "" ? error.name : "Error",
    message: typeof error.message === "string" ? error.message : textOf(error.message),
    stack: typeof error.stack === "string" ? error.stack : "",
  };
  // Own codes only: Node.js puts them there, while a prototype's (DOMException, ours) say nothing the name does not.
  const code = Object.hasOwn(error, "code") ? (error as { code?: unknown }).code : undefined;
  if (typeof code === "string") out["code"] = code;
  if (error.cause !== undefined && error.cause !== null && depth < limits.errorCauseDepth) {
    out["cause"] = serializeCause(error.cause, depth + 1);
  }
  out["__serialized"] = true;
  // Says which step failed, to who knows the field.
  const { stepId } = error as { stepId?: unknown };
  if (typeof stepId === "string") out["stepId"] = stepId;
  return out as unknown as SerializedError;
}

function serializeCause(cause: unknown, depth: number): unknown {
  if (isError(cause)) return serialize(cause, depth);
  const isPlain = typeof cause === "object" ? isWritable(cause) : typeof cause === "boolean" || Number.isFinite(cause);
  return isPlain ? cause : textOf(cause);
}

function alreadySerialized(value: unknown): SerializedError | null {
  let candidate = value;
  if (typeof value === "string" && value.startsWith("{")) {
    try {
      candidate = JSON.parse(value);
    } catch {
      return null;
    }
  }
  const is =
    typeof candidate === "object" && candidate !== null && (candidate as SerializedError).__serialized === true;
  return is ? (candidate as SerializedError) : null;
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function isWritable(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && isWritable(value)) return JSON.stringify(value);
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
