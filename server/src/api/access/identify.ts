/**
 * Who sends a request: by its `Authorization` header, or by the cookie of the page. Called by the guard and the session routes.
 * A cookie comes with every request of the browser, so what changes something must also have a header that no form and no page
 * of another origin can send. Must never log or return what was shown.
 */
import { type Identity, localIdentity, signingKeyIdentity } from "../../domain/access/identity.ts";
import { type ApiContext, type ApiParts, requestHeader } from "../api-parts.ts";
import { bearerOf } from "../auth.ts";

type Parts = Pick<ApiParts, "auth" | "access" | "sessions" | "clock">;

const safe = /^(?:GET|HEAD)$/;
/** Sent by the page with every request. */
const pageHeader = "x-stepwell-page";

/** Who sends a request that the guard has let through. */
export function identityOf(c: ApiContext): Identity {
  return c.get("identity") ?? localIdentity;
}

export function hasSession(c: ApiContext, { sessions, clock }: Pick<Parts, "sessions" | "clock">): boolean {
  return sessions?.holds(requestHeader(c, "cookie"), clock.now()) ?? false;
}

/** Null: nobody who is known. */
export async function identify(c: ApiContext, parts: Parts): Promise<Identity | null> {
  const { auth, access } = parts;
  if (!auth.enabled) return localIdentity;
  const shown = bearerOf(requestHeader(c, "authorization"));
  if (shown !== null && auth.isSigningKey(shown)) return signingKeyIdentity;
  const key = shown === null ? null : await access.keys.find("api", shown);
  if (key !== null && key.role !== null) return { kind: "api-key", id: key.id, name: key.name, role: key.role };
  const isFromPage = safe.test(c.req.method) || requestHeader(c, pageHeader) !== null;
  return isFromPage && hasSession(c, parts) ? signingKeyIdentity : null;
}
