/**
 * Reads request bodies, up to a limit. Called by the routes.
 */
import { EngineError, isEngineError } from "../domain/error.ts";
import { type ApiContext, requestHeader } from "./api-parts.ts";

const MIB = 1024 * 1024;

/** Bytes of a whole request body, by route. */
export const bodyLimits = {
  /** Room for many events of 3 MiB in one request. */
  events: (32 * MIB) as number,
  /** One event. */
  invoke: (4 * MIB) as number,
  /** One delivery, which becomes about as much event. */
  webhook: (4 * MIB) as number,
  register: (8 * MIB) as number,
  /** Outputs of several steps, each up to 4 MiB. */
  checkpoint: (32 * MIB) as number,
  small: MIB as number,
} as const;

function tooLarge(limitBytes: number): EngineError {
  const size = `${limitBytes} bytes (${limitBytes / MIB} MiB)`;
  return new EngineError("request_too_large", `The request body is over the limit of ${size}. Send less at once.`);
}

async function readCounted(c: ApiContext, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > limitBytes) {
      await reader.cancel();
      throw tooLarge(limitBytes);
    }
    chunks.push(value);
  }
}

function gone(cause: unknown): EngineError {
  const message = "The client closed the connection before its request had arrived.";
  return new EngineError("request_aborted", message, { cause });
}

/** Reading fails for one reason: whoever sends has gone. That is no fault of the engine, and nobody reads the answer. */
async function unlessGone<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    if (isEngineError(cause)) throw cause;
    throw gone(cause);
  }
}

/**
 * The body as text. One that announces a length over the limit is not read at all.
 * @throws EngineError `request_too_large`, `request_aborted`
 */
export async function readText(c: ApiContext, limitBytes: number): Promise<string> {
  const text = await readLimited(c, limitBytes);
  if (c.get("keepsBody") === true) c.set("body", text);
  return text;
}

/** Whether the request announces its length, which is within the limit. @throws EngineError `request_too_large` */
function isMeasured(c: ApiContext, limitBytes: number): boolean {
  const length = requestHeader(c, "content-length");
  if (Number(length) > limitBytes) throw tooLarge(limitBytes);
  return length !== null;
}

async function readLimited(c: ApiContext, limitBytes: number): Promise<string> {
  if (isMeasured(c, limitBytes)) return unlessGone(c.req.text());
  return new TextDecoder().decode(await unlessGone(readCounted(c, limitBytes)));
}

/**
 * The body as it came, for what was signed over its bytes. Never kept for the audit log.
 * @throws EngineError `request_too_large`, `request_aborted`
 */
export async function readBytes(c: ApiContext, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!isMeasured(c, limitBytes)) return unlessGone(readCounted(c, limitBytes));
  return new Uint8Array(await unlessGone(c.req.arrayBuffer()));
}

function notJson(text: string, what: string, cause: unknown): EngineError {
  const why = text.trim() === "" ? "It is empty." : cause instanceof Error ? cause.message : String(cause);
  return new EngineError("invalid_request", `Request body must be JSON: ${what}. ${why}`, { cause });
}

/** @throws EngineError `invalid_request` when it is not JSON. `what` says what was expected, e.g. "a checkpoint". */
export function parseBody(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(text, what, cause);
  }
}
