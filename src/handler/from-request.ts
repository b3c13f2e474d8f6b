/** A HandlerRequest from a Request and the variables that a runtime hands over with it. Used by adapters. */
import type { EnvBag } from "../client/index.ts";
import type { HandlerRequest } from "./handler-request.ts";

/** @param env ignored when it is no object. */
export function fromRequest(request: Request, env?: unknown): HandlerRequest {
  const { method, url, headers } = request;
  const bag = typeof env === "object" && env !== null ? { env: env as EnvBag } : {};
  return { method, url, headers, text: () => request.text(), ...bag };
}
