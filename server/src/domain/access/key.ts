/** Keys that an engine has made: for its API, or for sending events. What is kept of one is a hash. */
import type { Role } from "./role.ts";

export const keyKinds = ["api", "event"] as const;
export type KeyKind = (typeof keyKinds)[number];

export interface KeyRecord {
  /** A ULID. */
  id: string;
  kind: KeyKind;
  /** For people. */
  name: string;
  /** Null for a key that sends events: it may do nothing else. */
  role: Role | null;
  /** SHA-256 of the key, hexadecimal. */
  hash: string;
  /** Of the key before it was rotated, which works until `previousUntil`; null for none. */
  previousHash: string | null;
  previousUntil: number | null;
  /** The first characters of the key, by which people recognise it. */
  hint: string;
  /** Milliseconds since 1970, as all times below. */
  createdAt: number;
  /** For people: who made it. */
  createdBy: string;
  /** Null: it does not expire. */
  expiresAt: number | null;
  /** Written once a minute at most; null: never used. */
  lastUsedAt: number | null;
  /** Null: it is not revoked. */
  revokedAt: number | null;
}

/** What may change of a key. */
export type KeyChange = Partial<
  Pick<KeyRecord, "hash" | "previousHash" | "previousUntil" | "hint" | "lastUsedAt" | "revokedAt">
>;

/** Whether the key with this hash, the present or the previous one, works. */
export function keyWorks(key: KeyRecord, hash: string, now: number): boolean {
  if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now)) return false;
  return key.hash === hash || (key.previousHash === hash && key.previousUntil !== null && key.previousUntil > now);
}
