/** The cookie by which a browser shows its session. Scripts cannot read it, and it goes to the engine's own site alone. */
import { sessionLongestMs } from "../../core/access/sessions.ts";
import { type ApiContext, requestHeader } from "../api-parts.ts";

const cookieName = "stepwell_session";
/** What is agreed with an OpenID Connect provider, while someone is on the way there and back. */
const oidcCookieName = "stepwell_oidc";
const oidcMaxAgeS = 600;

/** Behind a proxy that speaks https, the browser sends the cookie over https alone. */
function attributes(c: ApiContext, maxAgeS: number, sameSite: "Strict" | "Lax" = "Strict"): string {
  const isSecure = requestHeader(c, "x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return `Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=${sameSite}${isSecure ? "; Secure" : ""}`;
}

function readNamed(c: ApiContext, wanted: string): string | null {
  for (const part of (requestHeader(c, "cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === wanted && value !== undefined) return value;
  }
  return null;
}

export const readCookie = (c: ApiContext): string | null => readNamed(c, cookieName);

export const readOidcCookie = (c: ApiContext): string | null => readNamed(c, oidcCookieName);

/** Comes along when the provider sends the browser back, which a strict one would not. `value`: null takes it away. */
export function withOidcCookie(c: ApiContext, response: Response, value: string | null): Response {
  const maxAgeS = value === null ? 0 : oidcMaxAgeS;
  response.headers.append("set-cookie", `${oidcCookieName}=${value ?? ""}; ${attributes(c, maxAgeS, "Lax")}`);
  return response;
}

/** `secret`: null takes it away. */
export function withCookie(c: ApiContext, response: Response, secret: string | null): Response {
  const maxAgeS = secret === null ? 0 : sessionLongestMs / 1000;
  response.headers.append("set-cookie", `${cookieName}=${secret ?? ""}; ${attributes(c, maxAgeS)}`);
  return response;
}
