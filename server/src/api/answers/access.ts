/** What `/v2` answers about who may use an engine, as types. Re-exported by ../answers. Must import nothing. */

/** One of `/v2/keys`. */
export interface KeyAnswer {
  id: string;
  kind: "api" | "event";
  name: string;
  /** Null for a key that sends events. */
  role: "read" | "operate" | "admin" | null;
  /** The first characters of the key. */
  hint: string;
  state: "works" | "expired" | "revoked";
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  /** Until when the key before the last rotation works; null when it does not. */
  previousUntil: string | null;
}

/** What makes a key, or rotates one, answers: the key itself, once. */
export interface MadeKeyAnswer extends KeyAnswer {
  key: string;
}

/** One of `/v2/users`. */
export interface UserAnswer {
  name: string;
  role: "read" | "operate" | "admin";
  createdAt: string;
  createdBy: string;
  passwordChangedAt: string;
  signedInAt: string | null;
}

/** One of `/v2/audit`. */
export interface AuditAnswer {
  id: string;
  at: string;
  kind: "local" | "signing-key" | "api-key" | "user" | "unknown";
  who: string;
  action: string;
  target: string | null;
  detail: Record<string, unknown> | null;
  address: string | null;
  requestId: string;
  outcome: "done" | "refused";
}
