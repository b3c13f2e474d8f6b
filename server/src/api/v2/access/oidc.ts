/**
 * `/v2/session/oidc`: signing in at an OpenID Connect provider. The browser goes there and comes back with a code; who it is is
 * asked of the provider, and a session begins like any other. What was agreed on the way is in a cookie that ends soon.
 * Must never log or show the code.
 */
import type { Identity } from "../../../domain/access/identity.ts";
import { EngineError, isEngineError } from "../../../domain/error.ts";
import { requestIdOf, writeTrail } from "../../access/audit-trail.ts";
import { readOidcCookie, withCookie, withOidcCookie } from "../../access/cookie.ts";
import { createOidcProvider, type OidcChecks, type OidcProvider } from "../../access/oidc-provider.ts";
import { ownOrigin } from "../../access/own-page.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import type { V2Parts } from "../v2-parts.ts";
import { beginSession } from "./session.ts";

const callback = "/v2/session/oidc/callback";
const trail = { change: { action: "session.begin", fields: [] }, pattern: callback };

/**
 * The page, wherever the engine is mounted: from the callback's own address. `why`: a code that the page has a sentence for; a sentence
 * in an address would let anyone write on the page.
 */
const page = (why?: string): string => `../../../${why === undefined ? "" : `?sign-in=${why}`}`;

function redirect(to: string): Response {
  return new Response(null, { status: 302, headers: { location: to, "cache-control": "no-store" } });
}

function readChecks(c: ApiContext): OidcChecks | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(readOidcCookie(c) ?? "", "base64url").toString());
    const { state, nonce, verifier } = value as OidcChecks;
    return [state, nonce, verifier].every((text) => typeof text === "string") ? { state, nonce, verifier } : null;
  } catch {
    return null;
  }
}

function redirectUrlOf(c: ApiContext, { oidc }: V2Parts): string {
  return oidc?.redirectUrl ?? `${ownOrigin(c)}${callback}`;
}

/**
 * Who comes back, with the role that the rules give.
 * @throws EngineError `unauthorized`, `forbidden`, `too_many_tries`
 */
async function enter(c: ApiContext, parts: V2Parts, provider: OidcProvider, checks: OidcChecks): Promise<Identity> {
  const { tries, users } = parts.access;
  const address = parts.addressOf(c);
  // Each try asks the provider: nobody may make the engine ask it all day.
  tries.begin(address, null, parts.clock.now());
  const current = new URL(redirectUrlOf(c, parts));
  current.search = new URL(c.req.url).search;
  const user = await users.enterByOidc(await provider.finish(current, checks));
  tries.succeeded(address, null);
  return { kind: "user", id: user.name, name: user.name, role: user.role };
}

export function addOidcRoutes(app: Api, parts: V2Parts): void {
  const { oidc, auth, logger, refuse } = parts;
  const provider: OidcProvider | null = oidc === null || !auth.enabled ? null : createOidcProvider(oidc);
  const none = (): Response =>
    refuse(404, "not_found", "This engine has no provider to sign in at. Start it with --oidc-issuer.");

  app.get("/session/oidc", async (c) => {
    if (provider === null) return none();
    const { url, checks } = await provider.begin(redirectUrlOf(c, parts));
    return withOidcCookie(c, redirect(url), Buffer.from(JSON.stringify(checks)).toString("base64url"));
  });

  app.get("/session/oidc/callback", async (c) => {
    if (provider === null) return none();
    const requestId = requestIdOf(c, parts);
    try {
      const checks = readChecks(c);
      if (checks === null)
        throw new EngineError("unauthorized", "This sign-in has ended, or began in another browser.");
      const identity = await enter(c, parts, provider, checks);
      const secret = await beginSession(c, parts, identity);
      await writeTrail(c, parts, trail, { who: identity, outcome: "done", requestId });
      return withOidcCookie(c, withCookie(c, redirect(page()), secret), null);
    } catch (error) {
      if (!isEngineError(error)) throw error;
      await writeTrail(c, parts, trail, { who: "with OpenID Connect", outcome: "refused", requestId });
      logger.warn({ why: error.message }, "A sign-in with OpenID Connect was refused");
      return withOidcCookie(c, redirect(page(error.code)), null);
    }
  });
}
