/**
 * Whether a request may use the API: with the signing key, or from the page with a session. Called by the guards.
 * A session's cookie comes with every request of the browser, so what changes something must also have a header that no
 * form and no page of another origin can send.
 */
import { EngineError } from "../../domain/error.ts";
import { type ApiContext, type ApiParts, requestHeader } from "../api-parts.ts";

type Parts = Pick<ApiParts, "auth" | "sessions" | "clock">;

const safe = /^(?:GET|HEAD)$/;
/** Sent by the page with every request. */
const pageHeader = "x-stepwell-page";

export function hasSession(c: ApiContext, { sessions, clock }: Parts): boolean {
  return sessions?.holds(requestHeader(c, "cookie"), clock.now()) ?? false;
}

/** @throws EngineError `unauthorized` */
export function assertAuthorized(c: ApiContext, parts: Parts): void {
  if (parts.auth.allows(requestHeader(c, "authorization"))) return;
  const isFromPage = safe.test(c.req.method) || requestHeader(c, pageHeader) !== null;
  if (isFromPage && hasSession(c, parts)) return;
  throw new EngineError(
    "unauthorized",
    "Authentication failed. Send the signing key: `Authorization: Bearer <signing key>`.",
  );
}
