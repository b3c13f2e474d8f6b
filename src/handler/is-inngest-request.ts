/** Tells calls of the engine from other requests. For users whose route serves both; the handler does not ask. */
import { headerKeys } from "../protocol/headers.ts";

/**
 * Whether a request says that it carries a run forward: it has the headers of a run's id and of a signature. Says
 * nothing of who sent it, since the signature is not checked.
 * @example
 * ```ts
 * import { isInngestRequest } from "stepwell";
 *
 * export const answer = (request: Request): Response =>
 *   new Response(isInngestRequest(request) ? "a run goes on" : "a visitor");
 * ```
 */
export function isInngestRequest(request: unknown): boolean {
  const { headers } = (request ?? {}) as { headers?: { has?: unknown } };
  if (typeof headers?.has !== "function") return false;
  const given = headers as Headers;
  return given.has(headerKeys.runId) && given.has(headerKeys.signature);
}
