/** What adapters hand in and get back. A `Request` is a HandlerRequest as it is; lighter objects are faster. */
import type { EnvBag } from "../client/index.ts";

export interface HandlerRequest {
  method: string;
  /** Absolute, or a path when the host is unknown. */
  url: string;
  /** Gives a header by its lower-case name; null when it is absent. */
  headers: { get(name: string): string | null };
  /**
   * The body; empty when there is none. Whoever reads it piece by piece may stop once it has more than `maxBytes`:
   * the request is refused then. Rejects when the caller hangs up.
   */
  text(maxBytes: number): Promise<string>;
  /** Environment variables that came with the request. */
  env?: EnvBag;
  /** False when this one request cannot be answered with a stream, though the adapter can. */
  streams?: false;
}

export interface HandlerResponse {
  status: number;
  headers: Record<string, string>;
  /** Empty when there is a `stream`. */
  body: string;
  /** What to send in place of `body`, piece by piece. Only adapters that said that they can stream get it. */
  stream?: ReadableStream<Uint8Array>;
}

/** For adapters of frameworks that speak `Response`. */
export function toResponse({ status, headers, body, stream }: HandlerResponse): Response {
  return new Response(stream ?? body, { status, headers });
}
