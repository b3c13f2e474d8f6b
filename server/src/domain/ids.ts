/**
 * Ids: ULIDs for what happens (events, runs, requests), UUIDs derived from names for what is configured (apps, functions).
 */
import { createHash } from "node:crypto";
import { monotonicFactory } from "ulid";

/** Makes ULIDs that grow, also within one millisecond and when the clock goes back. `now` in milliseconds since 1970. */
export type UlidFactory = (now: number) => string;

/** `random` gives uniform numbers from 0 to below 1. */
export function createUlidFactory(random: () => number): UlidFactory {
  const next = monotonicFactory(random);
  return (now) => next(now);
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const entropyModulus = 1n << 80n;

function encodeBase32(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

/** A sender's seed for event ids: a time and ten random bytes. */
export interface EventIdSeed {
  now: number;
  entropy: bigint;
}

/** Reads `<unix ms>,<base64 of 10 bytes>`. Null when it is anything else: a bad seed is as good as none. */
export function parseEventIdSeed(text: string | null): EventIdSeed | null {
  const match = /^(\d{1,15}),([A-Za-z0-9+/]{14}(?:==)?)$/.exec(text ?? "");
  if (match === null) return null;
  const bytes = Buffer.from(String(match[2]), "base64");
  const now = Number(match[1]);
  if (now >= 2 ** 48) return null;
  return { now, entropy: BigInt(`0x${bytes.toString("hex")}`) };
}

/** The same seed and index always give the same ULID, so a request that is sent twice stores its events once. `index` from 0. */
export function seededUlid(seed: EventIdSeed, index: number): string {
  const entropy = (seed.entropy + BigInt(index) + 1n) % entropyModulus;
  return encodeBase32(BigInt(seed.now), 10) + encodeBase32(entropy, 16);
}

/** No ULID of this moment, milliseconds since 1970, or a later one is below it; all of earlier moments are. */
export function lowestUlid(now: number): string {
  return encodeBase32(BigInt(Math.min(Math.max(now, 0), 2 ** 48 - 1)), 10) + "0".repeat(16);
}

/** Whether a text has the form of a ULID. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

/** UUID (version 5 form) derived from names: the same names always give the same id. */
export function derivedUuid(...names: string[]): string {
  const bytes = createHash("sha1").update(names.join("\u0000")).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const appIdOf = (appName: string): string => derivedUuid("app", appName);
export const functionIdOf = (appName: string, slug: string): string => derivedUuid("function", appName, slug);
