/**
 * The OpenID Connect provider at which people sign in: the code flow with PKCE, state and nonce, by `openid-client`, which is
 * loaded with the first sign-in. Used by the routes of v2/access/oidc. Must never log a code, a token or the client's secret.
 */
import type { Configuration } from "openid-client";
import { EngineError } from "../../domain/error.ts";

export interface OidcOptions {
  /** The issuer's address, where `/.well-known/openid-configuration` is. `http://` only on this machine. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who may sign in as what: `admin=ana@example.com`, `read=@example.com`, `read=*`. */
  roles: readonly string[];
  /** Where the provider sends people back, `…/v2/session/oidc/callback`. Null: by what the browser asked for. Default: null. */
  redirectUrl?: string | null;
  /** On the button: "Sign in with …". Default: the issuer's host. */
  name?: string | null;
  /** Whether an e-mail counts that the provider does not call verified. Default: false. */
  trustEmail?: boolean;
}

/** What the browser keeps between its way to the provider and back. */
export interface OidcChecks {
  state: string;
  nonce: string;
  verifier: string;
}

export interface OidcProvider {
  /** Where to send the browser. @throws EngineError `sync_failed` when the provider cannot be reached */
  begin(redirectUrl: string): Promise<{ url: string; checks: OidcChecks }>;
  /** The e-mail of who comes back. @throws EngineError `unauthorized` */
  finish(currentUrl: URL, checks: OidcChecks): Promise<string>;
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const unreachable = (issuer: string, cause: unknown): EngineError =>
  new EngineError(
    "sync_failed",
    `The provider ${issuer} could not be asked: ${cause instanceof Error ? cause.message : String(cause)}. Check --oidc-issuer, and that this machine reaches it.`,
    { cause, retryable: true },
  );
const refused = (message: string, cause?: unknown): EngineError =>
  new EngineError("unauthorized", message, cause === undefined ? {} : { cause });

export function createOidcProvider({ issuer, clientId, clientSecret, trustEmail = false }: OidcOptions): OidcProvider {
  let known: Promise<Configuration> | null = null;
  const discover = async (): Promise<Configuration> => {
    const { allowInsecureRequests, discovery } = await import("openid-client");
    const url = new URL(issuer);
    const isLocal = url.protocol === "http:" && loopback.test(url.hostname);
    return discovery(
      url,
      clientId,
      clientSecret,
      undefined,
      isLocal ? { execute: [allowInsecureRequests] } : undefined,
    );
  };
  /** What the provider says of itself; asked again after a failure. */
  const configuration = (): Promise<Configuration> => {
    known ??= discover().catch((error: unknown) => {
      known = null;
      throw unreachable(issuer, error);
    });
    return known;
  };
  return {
    async begin(redirectUrl) {
      const config = await configuration();
      const oidc = await import("openid-client");
      const verifier = oidc.randomPKCECodeVerifier();
      const checks = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUrl,
        scope: "openid email",
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state: checks.state,
        nonce: checks.nonce,
      });
      return { url: url.href, checks };
    },
    async finish(currentUrl, { state, nonce, verifier }) {
      const config = await configuration();
      const oidc = await import("openid-client");
      const expected = {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      };
      const tokens = await oidc.authorizationCodeGrant(config, currentUrl, expected).catch((error: unknown) => {
        throw refused("The provider's answer is not the one to this sign-in. Begin again.", error);
      });
      const claims = tokens.claims();
      const [email, isVerified] = [claims?.["email"], claims?.["email_verified"]];
      if (typeof email !== "string" || email === "")
        throw refused("The provider does not say which e-mail you have. It must give the claim `email`.");
      if (isVerified !== true && !trustEmail)
        throw refused("The provider does not say that your e-mail is verified. See --oidc-trust-email.");
      return email.toLowerCase();
    },
  };
}
