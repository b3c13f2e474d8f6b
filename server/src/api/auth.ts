/**
 * Who may ask for what. `start` checks keys, `dev` checks none. Called by create-api and the routes.
 * Must never log or return a key, and never compare one in a time that depends on it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { stripKeyPrefix } from "stepwell/signing";

export interface AuthKeys {
  /** Hexadecimal, with or without its prefix. */
  signingKey: string;
  /** Keys that may send events. */
  eventKeys: readonly string[];
}

export interface Auth {
  /** `dev` checks nothing. */
  enabled: boolean;
  /** Whether a text is the signing key: raw or hashed, with or without a prefix. */
  isSigningKey(text: string): boolean;
  /** Whether a text is one of the keys for events that the engine was started with. */
  allowsEventKey(key: string): boolean;
  /** How many keys may send events; 0 for dev. */
  eventKeyCount: number;
}

const digest = (text: string | Buffer): Buffer => createHash("sha256").update(text).digest();

/** Compares digests, so that time tells nothing of the text, its length included. */
function isOneOf(text: string, accepted: readonly Buffer[]): boolean {
  const given = digest(text);
  let found = false;
  for (const candidate of accepted) found = timingSafeEqual(candidate, given) || found;
  return found;
}

/** What an `Authorization` header shows; null for none. */
export function bearerOf(authorization: string | null): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}

/** `keys`: null for dev. */
export function createAuth(keys: AuthKeys | null): Auth {
  if (keys === null) return { enabled: false, isSigningKey: () => true, allowsEventKey: () => true, eventKeyCount: 0 };
  const raw = stripKeyPrefix(keys.signingKey);
  const hashed = digest(Buffer.from(raw, "hex")).toString("hex");
  const tokens = [digest(raw), digest(hashed)];
  const eventKeys = keys.eventKeys.map((key) => digest(key));
  return {
    enabled: true,
    isSigningKey: (text) => isOneOf(stripKeyPrefix(text), tokens),
    allowsEventKey: (key) => isOneOf(key, eventKeys),
    eventKeyCount: eventKeys.length,
  };
}
