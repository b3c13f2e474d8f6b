/**
 * `/v2/session`: signing in, with a password or a key, and out. The answer sets a cookie that stands for it, always a new one.
 * Dev asks nobody. Must never return a key, nor say more of a wrong one than that it is wrong.
 */
import { toUserName } from "../../../core/access/users.ts";
import { type Identity, localIdentity } from "../../../domain/access/identity.ts";
import { EngineError, isEngineError } from "../../../domain/error.ts";
import { readCookie, withCookie } from "../../access/cookie.ts";
import { identifyKey, identifySession, identityOf } from "../../access/identify.ts";
import { assertOwnPage } from "../../access/own-page.ts";
import type { SessionAnswer } from "../../answers.ts";
import type { Api, ApiContext } from "../../api-parts.ts";
import { bodyLimits } from "../../body.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

const expected = '{"user":"ana","password":"…"} or {"key":"…"}';

/** What someone signs in with. `name`: null for a key. */
interface Shown {
  name: string | null;
  secret: string;
}

function readShown({ user, password, key }: Record<string, unknown>): Shown {
  if (typeof key === "string") return { name: null, secret: key.trim() };
  if (typeof user === "string" && typeof password === "string")
    return { name: toUserName(user).slice(0, 64), secret: password };
  throw new EngineError("invalid_request", `Expected an object like ${expected}.`);
}

async function verify({ name, secret }: Shown, parts: V2Parts): Promise<Identity | null> {
  if (name === null) return identifyKey(secret, parts);
  const user = await parts.access.users.verify(name, secret);
  return user === null ? null : { kind: "user", id: user.name, name: user.name, role: user.role };
}

/** What the audit log calls who failed: a name that there is, and never a text that may be a password. */
async function failedName({ name }: Shown, { access }: V2Parts): Promise<string> {
  if (name === null) return "with a key";
  return (await access.users.get(name)) === null ? "unknown user" : name;
}

/** @throws EngineError `unauthorized`, `too_many_tries` */
async function signIn(c: ApiContext, parts: V2Parts, shown: Shown): Promise<Identity> {
  const { tries } = parts.access;
  const address = parts.addressOf(c);
  tries.begin(address, shown.name, parts.clock.now());
  try {
    const identity = await verify(shown, parts);
    if (identity !== null) {
      tries.succeeded(address, shown.name);
      return identity;
    }
  } catch (error) {
    tries.withdrawn(address, shown.name);
    throw error;
  }
  c.set("failedAs", await failedName(shown, parts));
  throw new EngineError(
    "unauthorized",
    shown.name === null
      ? "This is no key of this engine. It takes the signing key that `stepwell start` was given, and API keys."
      : "There is no user with this name and password.",
  );
}

/** Whatever session the browser had ends: nobody can make another one use a session that they know. */
export async function beginSession(c: ApiContext, parts: V2Parts, identity: Identity): Promise<string> {
  const { sessions } = parts.access;
  const before = readCookie(c);
  if (before !== null) await sessions.end(before);
  return sessions.begin(identity, parts.addressOf(c));
}

export function addSessionRoutes(app: Api, parts: V2Parts): void {
  const { auth, access, serverKind, version, answer, oidc } = parts;
  const state = async (identity: Identity | null): Promise<SessionAnswer> => ({
    required: auth.enabled,
    isOpen: identity !== null,
    kind: serverKind,
    version,
    who: identity === null ? null : { kind: identity.kind, name: identity.name, role: identity.role },
    hasUsers: auth.enabled && (await access.users.list()).length > 0,
    signInWith: oidc === null || !auth.enabled ? null : (oidc.name ?? new URL(oidc.issuer).host),
  });

  app.get("/session", async (c) => answer(await state(auth.enabled ? await identifySession(c, parts) : localIdentity)));
  app.post("/session", async (c) => {
    assertOwnPage(c);
    const shown = readShown(await readObject(c, `an object like ${expected}`, bodyLimits.small));
    if (!auth.enabled) return answer(await state(localIdentity));
    const identity = await signIn(c, parts, shown);
    const secret = await beginSession(c, parts, identity);
    c.set("identity", identity);
    return withCookie(c, answer(await state(identity)), secret);
  });
  app.delete("/session", async (c) => {
    assertOwnPage(c);
    if (!auth.enabled) return answer(await state(localIdentity));
    const identity = await identifySession(c, parts);
    if (identity !== null) {
      await access.sessions.end(readCookie(c) ?? "");
      if (c.req.query("everywhere")?.toLowerCase() === "true") await access.sessions.endAll(identity);
      c.set("identity", identity);
    }
    return withCookie(c, answer(await state(null)), null);
  });
  app.post("/session/password", async (c) => {
    const identity = identityOf(c);
    const body = await readObject(c, 'an object like {"current":"…","password":"…"}', bodyLimits.small);
    if (identity.kind !== "user")
      throw new EngineError("invalid_request", "Only who has signed in with a name and a password can change it.");
    if (typeof body["current"] !== "string")
      throw new EngineError("invalid_request", "`current` must be the password that you have now.");
    await signIn(c, parts, { name: identity.id, secret: body["current"] }).catch((error: unknown) => {
      if (!isEngineError(error) || error.code !== "unauthorized") throw error;
      throw new EngineError("invalid_request", "`current` is not the password that you have now.");
    });
    await access.users.change(identity.id, { password: body["password"] });
    const secret = await beginSession(c, parts, identity);
    return withCookie(c, answer(await state(identity)), secret);
  });
}
