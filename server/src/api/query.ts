/** Reads query parameters and path parts, and says what is wrong with them. Called by the routes. */
import { EngineError } from "../domain/error.ts";
import { isUlid } from "../domain/ids.ts";
import type { ApiContext } from "./api-parts.ts";
import { limitDefault } from "./openapi/route-doc.ts";

const invalid = (message: string): EngineError => new EngineError("invalid_request", message);

/** A number that the check of requests has found right. */
export function readNumber(c: ApiContext, name: string, missing: number): number {
  const text = c.req.query(name);
  return text === undefined || text === "" ? missing : Number(text);
}

/** Entries of a list. */
export const readLimit = (c: ApiContext): number => readNumber(c, "limit", limitDefault);

/** A ULID after which a list goes on; null for its beginning. */
export function readCursor(c: ApiContext): string | null {
  const text = c.req.query("cursor");
  if (text === undefined || text === "") return null;
  if (isUlid(text)) return text;
  throw invalid(`Invalid cursor: ${text}. Expected the id of the last entry of the page before.`);
}

/** Milliseconds since 1970, from RFC 3339 or milliseconds; null when it is not given. */
export function readTime(c: ApiContext, name: string): number | null {
  const text = c.req.query(name);
  if (text === undefined || text === "") return null;
  const time = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw invalid(`Invalid ${name}: ${text}. Expected a time like 2026-01-31T12:00:00Z.`);
}

/** An id out of the path. `what`: "run" or "event". */
export function readId(c: ApiContext, name: string, what: string): string {
  const id = c.req.param(name) ?? "";
  if (isUlid(id)) return id;
  throw invalid(`Invalid ${what} ID: ${id}`);
}
