/**
 * Keys that the engine makes: for the API, each with a role, and for sending events. What works is looked up in the store for
 * each request, so a key that is revoked at one engine is refused by all others at once. Called by the API.
 */
import { type KeyRecord, keyKinds, keyWorks } from "../../domain/access/key.ts";
import { EngineError } from "../../domain/error.ts";
import type { AccessParts } from "./access-parts.ts";
import { readFuture, readName, readRole, readSeconds, refuse, toFields } from "./read-request.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** A key as it is shown once: nobody can find it out later. */
export interface MadeKey {
  key: KeyRecord;
  secret: string;
}

export interface Keys {
  /**
   * `body`: `{ kind?: "api" | "event", name, role, expiresAt? }`; a key for events has no role.
   * @throws EngineError `invalid_request`, `name_taken`
   */
  create(body: unknown, by: string): Promise<MadeKey>;
  /**
   * Gives a key another secret. The one before works for `graceSeconds` more, a day unless the body says otherwise; one that was
   * still in its time of grace ends at once.
   * @throws EngineError `key_not_found`, `invalid_request`
   */
  rotate(id: string, body: unknown): Promise<MadeKey>;
  /** Ends it for good, at once. @throws EngineError `key_not_found` */
  revoke(id: string): Promise<KeyRecord>;
  /** Newest first; revoked ones stay as long as what ran. */
  list(): Promise<KeyRecord[]>;
  get(id: string): Promise<KeyRecord | null>;
  /** The key of that kind that this is, if it works. Says that it was used. */
  find(kind: KeyRecord["kind"], secret: string): Promise<KeyRecord | null>;
  /** The same, for who signed in with it. */
  stillWorks(key: KeyRecord): boolean;
}

const prefixes: Readonly<Record<KeyRecord["kind"], string>> = { api: "swk_", event: "swe_" };
const shape = /^sw[ke]_[\w-]{43}$/;
/** So many of its characters are shown, the prefix included. */
const hintLength = 9;
const defaultGraceSeconds = 86_400;
const longestGraceSeconds = 30 * 86_400;
/** When a key was used is written no more often. */
const usedEveryMs = 60_000;

function makeSecret(kind: KeyRecord["kind"]): { secret: string; hash: string; hint: string } {
  const secret = prefixes[kind] + newSecret();
  return { secret, hash: hashSecret(secret), hint: secret.slice(0, hintLength) };
}

export function createKeys(parts: AccessParts): Keys {
  return new StoredKeys(parts);
}

class StoredKeys implements Keys {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  async create(body: unknown, by: string): Promise<MadeKey> {
    const { store, clock, newId } = this.#parts;
    const fields = toFields(body, ["kind", "name", "role", "expiresAt"]);
    const kind = keyKinds.find((known) => known === (fields["kind"] ?? "api"));
    if (kind === undefined) throw refuse(`\`kind\` must be one of ${keyKinds.join(", ")}.`);
    if (kind === "event" && (fields["role"] ?? null) !== null)
      throw refuse("A key for events has no `role`: it may send events, and nothing else.");
    const name = readName(fields);
    const role = kind === "event" ? null : readRole(fields);
    const now = clock.now();
    const expiresAt = readFuture(fields["expiresAt"], "expiresAt", now);
    if ((await store.listKeys()).some((known) => known.name === name && known.revokedAt === null))
      throw new EngineError("name_taken", `There is a key called "${name}". Revoke it first, or choose another name.`);
    const { secret, hash, hint } = makeSecret(kind);
    const key: KeyRecord = {
      id: newId(),
      kind,
      name,
      role,
      hash,
      previousHash: null,
      previousUntil: null,
      hint,
      createdAt: now,
      createdBy: by,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
    await store.addKey(key);
    return { key, secret };
  }

  async rotate(id: string, body: unknown): Promise<MadeKey> {
    const { store, clock } = this.#parts;
    const fields = toFields(body, ["graceSeconds"]);
    const graceSeconds = readSeconds(fields["graceSeconds"], "graceSeconds", {
      max: longestGraceSeconds,
      standard: defaultGraceSeconds,
    });
    const key = await this.#existing(id);
    const { secret, hash, hint } = makeSecret(key.kind);
    const change = {
      hash,
      hint,
      previousHash: graceSeconds === 0 ? null : key.hash,
      previousUntil: graceSeconds === 0 ? null : clock.now() + graceSeconds * 1000,
    };
    await store.changeKey(id, change);
    return { key: { ...key, ...change }, secret };
  }

  async revoke(id: string): Promise<KeyRecord> {
    const { store, clock } = this.#parts;
    const key = await this.#existing(id);
    const change = { revokedAt: clock.now() };
    await store.changeKey(id, change);
    return { ...key, ...change };
  }

  list(): Promise<KeyRecord[]> {
    return this.#parts.store.listKeys();
  }

  get(id: string): Promise<KeyRecord | null> {
    return this.#parts.store.getKey(id);
  }

  async find(kind: KeyRecord["kind"], secret: string): Promise<KeyRecord | null> {
    if (!shape.test(secret) || !secret.startsWith(prefixes[kind])) return null;
    const { store, clock } = this.#parts;
    const hash = hashSecret(secret);
    const key = await store.findKey(hash);
    const now = clock.now();
    if (key === null || key.kind !== kind || !keyWorks(key, hash, now)) return null;
    if (key.lastUsedAt === null || now - key.lastUsedAt >= usedEveryMs) this.#noteUse(key.id, now);
    return key;
  }

  stillWorks(key: KeyRecord): boolean {
    return keyWorks(key, key.hash, this.#parts.clock.now());
  }

  /** Nobody waits for it. */
  #noteUse(id: string, now: number): void {
    const { store, logger } = this.#parts;
    store.changeKey(id, { lastUsedAt: now }).catch((error: unknown) => {
      logger.debug({ key: id, error: String(error) }, "When a key was used could not be written");
    });
  }

  /** @throws EngineError `key_not_found` */
  async #existing(id: string): Promise<KeyRecord> {
    const key = await this.#parts.store.getKey(id);
    if (key !== null && key.revokedAt === null) return key;
    throw new EngineError(
      "key_not_found",
      key === null ? `There is no key ${id}.` : `The key "${key.name}" is revoked already. Make another one.`,
    );
  }
}
