/**
 * Sessions: what a browser shows after someone has signed in. The cookie holds a secret, the store its hash, so each engine on
 * the state knows it, and whoever is removed, revoked or signed out is out at once. Called by the API. Must never log a secret.
 */
import { type Identity, signingKeyIdentity } from "../../domain/access/identity.ts";
import type { SessionRecord } from "../../domain/access/user.ts";
import type { AccessParts } from "./access-parts.ts";
import type { Keys } from "./keys.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import type { Users } from "./users.ts";

/** A session that is not used for so long ends. */
const sessionIdleMs = 24 * 3_600_000;
/** However much it is used. */
export const sessionLongestMs: number = 7 * 24 * 3_600_000;
/** When a session was used is written no more often. */
const seenEveryMs = 60_000;
const shape = /^[\w-]{43}$/;

export interface Sessions {
  /** Resolves with the secret, which is always a new one. */
  begin(identity: Identity, address: string | null): Promise<string>;
  /** Whose session it is, with the role that they have now; null for none that goes on. */
  find(secret: string): Promise<Identity | null>;
  end(secret: string): Promise<void>;
  /** All sessions of the same user or key. Resolves with how many there were. */
  endAll(identity: Identity): Promise<number>;
}

export interface SessionParts extends AccessParts {
  users: Pick<Users, "get">;
  keys: Pick<Keys, "get" | "stillWorks">;
  /** Fingerprints of the signing keys that the engine takes. */
  signingKeys: readonly string[];
}

export function createSessions(parts: SessionParts): Sessions {
  return new StoredSessions(parts);
}

class StoredSessions implements Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  async begin(identity: Identity, address: string | null): Promise<string> {
    const { store, clock } = this.#parts;
    const secret = newSecret();
    const now = clock.now();
    await store.removeExpiredSessions(now);
    await store.addSession({
      hash: hashSecret(secret),
      kind: identity.kind,
      subject: this.#subjectOf(identity),
      createdAt: now,
      seenAt: now,
      expiresAt: now + sessionLongestMs,
      address,
    });
    if (identity.kind === "user") await store.changeUser(identity.id, { signedInAt: now });
    return secret;
  }

  async find(secret: string): Promise<Identity | null> {
    if (!shape.test(secret)) return null;
    const { store, clock } = this.#parts;
    const hash = hashSecret(secret);
    const session = await store.findSession(hash);
    if (session === null) return null;
    const now = clock.now();
    if (session.expiresAt <= now || session.seenAt + sessionIdleMs <= now) return null;
    const identity = await this.#identityOf(session);
    if (identity !== null && now - session.seenAt >= seenEveryMs) this.#noteUse(hash, now);
    return identity;
  }

  async end(secret: string): Promise<void> {
    if (shape.test(secret)) await this.#parts.store.removeSession(hashSecret(secret));
  }

  endAll(identity: Identity): Promise<number> {
    return this.#parts.store.removeSessions(identity.kind, this.#subjectOf(identity));
  }

  #subjectOf({ kind, id }: Identity): string {
    return kind === "signing-key" ? (this.#parts.signingKeys[0] ?? "") : id;
  }

  async #identityOf({ kind, subject }: SessionRecord): Promise<Identity | null> {
    const { users, keys, signingKeys } = this.#parts;
    if (kind === "signing-key") return signingKeys.includes(subject) ? signingKeyIdentity : null;
    if (kind === "user") {
      const user = await users.get(subject);
      return user === null ? null : { kind, id: user.name, name: user.name, role: user.role };
    }
    const key = kind === "api-key" ? await keys.get(subject) : null;
    if (key === null || key.role === null || !keys.stillWorks(key)) return null;
    return { kind: "api-key", id: key.id, name: key.name, role: key.role };
  }

  /** Nobody waits for it. */
  #noteUse(hash: string, now: number): void {
    const { store, logger } = this.#parts;
    store.touchSession(hash, now).catch((error: unknown) => {
      logger.debug({ error: String(error) }, "When a session was used could not be written");
    });
  }
}
