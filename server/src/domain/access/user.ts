/** People who sign in with a password, and what lets a browser stay signed in. */
import type { IdentityKind } from "./identity.ts";
import type { Role } from "./role.ts";

export interface UserRecord {
  /** What they sign in with, in lower case. */
  name: string;
  role: Role;
  /** As core/access/passwords writes it: how it was made, salt and hash. */
  passwordHash: string;
  /** Milliseconds since 1970, as all times below. */
  createdAt: number;
  /** For people. */
  createdBy: string;
  passwordChangedAt: number;
  /** Null: never. */
  signedInAt: number | null;
}

export type UserChange = Partial<Pick<UserRecord, "role" | "passwordHash" | "passwordChangedAt" | "signedInAt">>;

/** What a cookie stands for. */
export interface SessionRecord {
  /** SHA-256 of what the cookie holds, hexadecimal. */
  hash: string;
  kind: IdentityKind;
  /** Name of the user, id of the API key, or a fingerprint of the signing key. */
  subject: string;
  /** Milliseconds since 1970, as all times below. */
  createdAt: number;
  /** When it was used, written once a minute at most. */
  seenAt: number;
  /** When it ends, however much it is used. */
  expiresAt: number;
  /** From where one signed in; null when that is not known. */
  address: string | null;
}
