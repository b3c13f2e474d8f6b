/** What adapters hand in and get back. A `Request` is a HandlerRequest as it is; lighter objects are faster. */
import type { EnvBag } from "../client/index.ts";

export interface HandlerRequest {
  method: string;
  /** Absolute, or a path when the host is unknown. */
  url: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  /** Environment variables that came with the request. */
  env?: EnvBag;
}

export interface HandlerResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** For adapters of frameworks that speak `Response`. */
export function toResponse(response: HandlerResponse): Response {
  return new Response(response.body, { status: response.status, headers: response.headers });
}
