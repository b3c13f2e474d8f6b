/**
 * Who sends a request: by its `Authorization` header, or by the cookie of the page. Called by the guard and the session routes.
 * Must never log or return what was shown.
 */
import { type Identity, localIdentity, signingKeyIdentity } from "../../domain/access/identity.ts";
import { type ApiContext, type ApiParts, requestHeader } from "../api-parts.ts";
import { bearerOf } from "../auth.ts";
import { readCookie } from "./cookie.ts";
import { assertOwnPage, hasPageHeader } from "./own-page.ts";

type Parts = Pick<ApiParts, "auth" | "access">;

const safe = /^(?:GET|HEAD)$/;

/** Who sends a request that the guard has let through. */
export function identityOf(c: ApiContext): Identity {
  return c.get("identity") ?? localIdentity;
}

/** Whose key a text is; null for nobody's. */
export async function identifyKey(shown: string, { auth, access }: Parts): Promise<Identity | null> {
  if (auth.isSigningKey(shown)) return signingKeyIdentity;
  const key = await access.keys.find("api", shown);
  return key === null || key.role === null ? null : { kind: "api-key", id: key.id, name: key.name, role: key.role };
}

/** Who is signed in; null for nobody. */
export async function identifySession(c: ApiContext, { access }: Pick<Parts, "access">): Promise<Identity | null> {
  const secret = readCookie(c);
  return secret === null ? null : access.sessions.find(secret);
}

/** Null: nobody who is known. @throws EngineError `forbidden` when a page of another origin shows a cookie */
export async function identify(c: ApiContext, parts: Parts): Promise<Identity | null> {
  if (!parts.auth.enabled) return localIdentity;
  const shown = bearerOf(requestHeader(c, "authorization"));
  const byKey = shown === null ? null : await identifyKey(shown, parts);
  if (byKey !== null) return byKey;
  const isSafe = safe.test(c.req.method);
  if (!isSafe && !hasPageHeader(c)) return null;
  const signedIn = await identifySession(c, parts);
  if (signedIn !== null && !isSafe) assertOwnPage(c);
  return signedIn;
}
