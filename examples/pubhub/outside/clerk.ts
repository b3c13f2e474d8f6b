/** Stands in for Clerk: a page on which one signs in by a click, and the public keys by which its tokens are checked. */
import { Hono } from "hono";
import { sign } from "hono/jwt";
import { type Listening, listen } from "./http.ts";

export interface OutsideClerk extends Listening {
  /** A session token as Clerk gives it to a page. */
  tokenOf(user: string): Promise<string>;
}

const users: Readonly<Record<string, object>> = { ana: {}, ben: {}, eva: { metadata: { role: "admin" } } };

export async function startClerk(port = 0): Promise<OutsideClerk> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const kid = crypto.randomUUID();
  const publicKey = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), kid };
  const privateKey = { ...(await crypto.subtle.exportKey("jwk", pair.privateKey)), kid };
  const tokenOf = (user: string): Promise<string> => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = {
      sub: `user_${user}`,
      email: `${user}@example.com`,
      iat: nowSeconds,
      exp: nowSeconds + 3600,
      ...users[user],
    };
    return sign(claims, privateKey as Parameters<typeof sign>[1], "RS256");
  };
  const app = new Hono();
  app.get("/v1/jwks", (c) =>
    c.req.header("authorization") === "Bearer clerk-secret"
      ? c.json({ keys: [publicKey] })
      : c.json({ errors: [] }, 401),
  );
  app.get("/sign-in", async (c) => {
    const back = c.req.query("redirect_url") ?? "";
    const links = await Promise.all(
      Object.keys(users).map(
        async (user) => `<li><a href="${encodeURI(back)}#token=${await tokenOf(user)}">${user}</a></li>`,
      ),
    );
    return c.html(`<!doctype html><title>Sign in</title><h1>Sign in as</h1><ul>${links.join("")}</ul>`);
  });
  return { ...(await listen((request) => app.fetch(request), port)), tokenOf };
}
