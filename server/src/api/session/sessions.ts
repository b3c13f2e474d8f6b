/**
 * Sessions of the page: who shows the signing key once gets a cookie that stands for it. The cookie holds the time at which
 * it ends and a code over that time, made with the signing key, so nothing is kept here, each engine with the same key
 * takes it, and a new key ends all sessions. Used by authorize and the session routes. Must never log or return a key.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { stripKeyPrefix } from "stepwell/signing";

const sessionMs = 86_400_000;
const cookieName = "stepwell_session";

export interface Sessions {
  /** The value of a `Set-Cookie` header that begins a session. `isSecure`: whether the page came over https. */
  begin(now: number, isSecure: boolean): string;
  /** The value of a `Set-Cookie` header that ends one. */
  end(isSecure: boolean): string;
  /** Whether a `Cookie` header shows a session that has not ended. */
  holds(cookies: string | null, now: number): boolean;
}

const attributes = (maxAgeS: number, isSecure: boolean): string =>
  `Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}`;

function readCookie(cookies: string): string | null {
  for (const part of cookies.split(";")) {
    const [name, value] = part.trim().split("=");
    if (name === cookieName && value !== undefined) return value;
  }
  return null;
}

/** @param signingKey null for dev, which has no sessions: nobody is asked there */
export function createSessions(signingKey: string | null): Sessions | null {
  if (signingKey === null) return null;
  const secret = createHash("sha256")
    .update(`stepwell page session\n${stripKeyPrefix(signingKey)}`)
    .digest();
  const sign = (text: string): Buffer => createHmac("sha256", secret).update(text).digest();
  return {
    begin(now, isSecure) {
      const until = String(now + sessionMs);
      return `${cookieName}=${until}.${sign(until).toString("hex")}; ${attributes(sessionMs / 1000, isSecure)}`;
    },
    end: (isSecure) => `${cookieName}=; ${attributes(0, isSecure)}`,
    holds(cookies, now) {
      const [until = "", code = ""] = readCookie(cookies ?? "")?.split(".") ?? [];
      if (!/^\d{13,16}$/.test(until) || !/^[0-9a-f]{64}$/.test(code)) return false;
      return timingSafeEqual(sign(until), Buffer.from(code, "hex")) && Number(until) > now;
    },
  };
}
