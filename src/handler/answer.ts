/** An answer before it is signed and given its headers. Made by the method files, finished by respond. */
import { serializeError } from "../errors/index.ts";

export interface Answer {
  status: number;
  /** Written as JSON; a text in `text` goes out as it is. */
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

export const unauthorized: Answer = { status: 401, json: { message: "Unauthorized" } };

/** A failure of the SDK or of the request, not of user code: the engine may try again. */
export function internalError(error: unknown): Answer {
  return { status: 500, json: { type: "internal", ...serializeError(error) } };
}

/** Of a request that is no call or sync. @param problem without a full stop. */
export function refuse(status: number, problem: string): Answer {
  return { status, json: { code: "invalid_request", message: `${problem}.` } };
}
