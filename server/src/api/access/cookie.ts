/** The cookie by which a browser shows its session. Scripts cannot read it, and it goes to the engine's own site alone. */
import { sessionLongestMs } from "../../core/access/sessions.ts";
import { type ApiContext, requestHeader } from "../api-parts.ts";

const cookieName = "stepwell_session";

/** Behind a proxy that speaks https, the browser sends the cookie over https alone. */
function attributes(c: ApiContext, maxAgeS: number): string {
  const isSecure = requestHeader(c, "x-forwarded-proto")?.split(",")[0]?.trim() === "https";
  return `Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;
}

export function readCookie(c: ApiContext): string | null {
  for (const part of (requestHeader(c, "cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === cookieName && value !== undefined) return value;
  }
  return null;
}

/** `secret`: null takes it away. */
export function withCookie(c: ApiContext, response: Response, secret: string | null): Response {
  const maxAgeS = secret === null ? 0 : sessionLongestMs / 1000;
  response.headers.set("set-cookie", `${cookieName}=${secret ?? ""}; ${attributes(c, maxAgeS)}`);
  return response;
}
