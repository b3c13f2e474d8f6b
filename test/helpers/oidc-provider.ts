/**
 * A small OpenID Connect provider on a real port: discovery, authorization with PKCE, tokens signed with a key of its own. Whoever comes
 * is signed in at once as `person`. Ends with the test.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { onTestFinished } from "vitest";

export interface Person {
  email?: string;
  email_verified?: boolean;
}

export interface TestProvider {
  issuer: string;
  person: Person;
  /** What the next id token says instead. */
  claims: Record<string, unknown>;
  /** What authorization requests had. */
  asked: URLSearchParams[];
}

const clientId = "stepwell";
const clientSecret = "client-secret";

export const oidcClient = { clientId, clientSecret };

export async function startProvider(): Promise<TestProvider> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const codes = new Map<string, URLSearchParams>();
  const provider: TestProvider = { issuer: "", person: {}, claims: {}, asked: [] };

  const idToken = (asked: URLSearchParams): Promise<string> =>
    new SignJWT({ nonce: asked.get("nonce"), ...provider.person, ...provider.claims })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setIssuer(String(provider.claims["iss"] ?? provider.issuer))
      .setAudience(String(provider.claims["aud"] ?? clientId))
      .setSubject("subject-1")
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);

  const token = async (form: URLSearchParams, authorization: string): Promise<[number, object]> => {
    const asked = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const isClient = authorization === `Basic ${basic}` || form.get("client_secret") === clientSecret;
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (!isClient) return [401, { error: "invalid_client" }];
    if (asked?.get("code_challenge") !== challenge || asked.get("redirect_uri") !== form.get("redirect_uri"))
      return [400, { error: "invalid_grant" }];
    return [200, { access_token: randomUUID(), token_type: "Bearer", expires_in: 300, id_token: await idToken(asked) }];
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", provider.issuer);
    const json = (status: number, value: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/.well-known/openid-configuration")
      return json(200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/jwks`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
        code_challenge_methods_supported: ["S256"],
      });
    if (url.pathname === "/jwks") return json(200, { keys: [jwk] });
    if (url.pathname === "/authorize") {
      provider.asked.push(url.searchParams);
      const code = randomUUID();
      codes.set(code, url.searchParams);
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.search = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "" }).toString();
      return void response.writeHead(302, { location: back.href }).end();
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      void token(form, request.headers.authorization ?? "").then(([status, value]) => json(status, value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return provider;
}
