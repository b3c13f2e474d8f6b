/**
 * Answers of the HTTP API. Every route makes its responses here, so that each carries the headers that all must have.
 * Must never set headers on a response that is made: that would leave the fast path of the HTTP server.
 */
import { headerKeys, type ServerKind } from "stepwell/protocol";

/** Statuses that an answer may have. */
export type Status =
  | 200
  | 201
  | 202
  | 204
  | 400
  | 401
  | 403
  | 404
  | 405
  | 409
  | 410
  | 413
  | 415
  | 422
  | 429
  | 500
  | 501
  | 502
  | 503
  | 507;

export interface Respond {
  /** A value as JSON. */
  json(status: Status, value: unknown): Response;
  /** A text that is JSON already. */
  raw(status: Status, text: string): Response;
  /** A text of another type. */
  text(contentType: string, text: string): Response;
  empty(status: Status): Response;
  /** Server-sent events: kept nowhere, and held back by no proxy. */
  stream(body: ReadableStream<Uint8Array>): Response;
}

export function createRespond(serverKind: ServerKind): Respond {
  const shared = {
    [headerKeys.serverKind]: serverKind,
  };
  const json = { ...shared, "content-type": "application/json" };
  const events = {
    ...shared,
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
  return {
    json: (status, value) => new Response(JSON.stringify(value), { status, headers: { ...json } }),
    raw: (status, text) => new Response(text, { status, headers: { ...json } }),
    text: (contentType, text) =>
      new Response(text, { headers: { ...shared, "content-type": contentType, "cache-control": "no-store" } }),
    empty: (status) => new Response(null, { status, headers: { ...shared } }),
    stream: (body) => new Response(body, { headers: { ...events } }),
  };
}
