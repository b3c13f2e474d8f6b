/**
 * The keys that an engine was started with. `start` checks them, `dev` checks none. Called by create-api and the routes.
 * Must never log or return a key, and never compare one in a time that depends on it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { stripKeyPrefix } from "stepwell/signing";

export interface AuthKeys {
  /** Hexadecimal, with or without its prefix. */
  signingKey: string;
  /** The signing key before this one, whose holders still get in while keys are changed. Default: none. */
  signingKeyFallback?: string | null;
  /** Keys that may send events. */
  eventKeys: readonly string[];
}

export interface Auth {
  /** `dev` checks nothing. */
  enabled: boolean;
  /** Whether a text is a signing key: raw or hashed, with or without a prefix. */
  isSigningKey(text: string): boolean;
  /** Whether a text is one of the keys for events that the engine was started with. */
  allowsEventKey(key: string): boolean;
  /** How many keys may send events; 0 for dev. */
  eventKeyCount: number;
  /** Of each signing key, the present one first: what sessions that began with it are known by. */
  fingerprints: readonly string[];
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
  if (keys === null)
    return {
      enabled: false,
      isSigningKey: () => true,
      allowsEventKey: () => true,
      eventKeyCount: 0,
      fingerprints: [],
    };
  const given = [keys.signingKey, keys.signingKeyFallback ?? null].filter((key) => key !== null);
  const raw = given.map(stripKeyPrefix);
  const tokens = raw.flatMap((key) => [digest(key), digest(digest(Buffer.from(key, "hex")).toString("hex"))]);
  const eventKeys = keys.eventKeys.map((key) => digest(key));
  return {
    enabled: true,
    isSigningKey: (text) => isOneOf(stripKeyPrefix(text), tokens),
    allowsEventKey: (key) => isOneOf(key, eventKeys),
    eventKeyCount: eventKeys.length,
    fingerprints: raw.map((key) => digest(`stepwell session\n${key}`).toString("hex")),
  };
}
