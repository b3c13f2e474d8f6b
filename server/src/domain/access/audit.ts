/** The audit log: who did what to an engine, when, from where. */
import type { IdentityKind } from "./identity.ts";

export interface AuditRecord {
  /** A ULID, which has the time. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  /** `unknown`: who failed to sign in. */
  kind: IdentityKind | "unknown";
  /** Name of the user or key, as it was then. */
  who: string;
  /** Such as `pause` or `key.revoke`: see the table of routes. */
  action: string;
  /** What it was done to, in a few words; null when the action says it. */
  target: string | null;
  /** More of the request, as JSON; null for nothing. Never what a user's events hold, and never a key. */
  detail: string | null;
  /** Null when it is not known. */
  address: string | null;
  /** What the answer has in `x-request-id`, too. */
  requestId: string;
  /** `refused`: who asked may not do so, or failed to sign in. */
  outcome: "done" | "refused";
}

export interface AuditFilter {
  action?: string;
  who?: string;
  target?: string;
  outcome?: AuditRecord["outcome"];
  /** Milliseconds since 1970: from (inclusive) until (exclusive). */
  from?: number;
  until?: number;
  /** Id; only older ones. */
  cursor?: string;
  /** 1 to 1,000. */
  limit: number;
}
