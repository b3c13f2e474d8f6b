/** Who may use the engine, and who did what: keys, users, sessions, the audit log. */
import { expect, onTestFinished, test } from "vitest";
import type { AuditFilter, AuditRecord } from "../../server/src/domain/access/audit.ts";
import type { KeyRecord } from "../../server/src/domain/access/key.ts";
import type { SessionRecord, UserRecord } from "../../server/src/domain/access/user.ts";
import { lowestUlid } from "../../server/src/domain/ids.ts";
import { type OpenStore, openForTest } from "./store-harness.ts";
import { t0 } from "./store-records.ts";

const makeKey = (id: string, more: Partial<KeyRecord> = {}): KeyRecord => ({
  id,
  kind: "api",
  name: `key ${id}`,
  role: "operate",
  hash: `hash-${id}`,
  previousHash: null,
  previousUntil: null,
  hint: "swk_abcde",
  createdAt: t0,
  createdBy: "ana",
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  ...more,
});

const makeUser = (name: string, more: Partial<UserRecord> = {}): UserRecord => ({
  name,
  role: "admin",
  passwordHash: "scrypt$…",
  createdAt: t0,
  createdBy: "signing key",
  passwordChangedAt: t0,
  signedInAt: null,
  ...more,
});

const makeSession = (hash: string, more: Partial<SessionRecord> = {}): SessionRecord => ({
  hash,
  kind: "user",
  subject: "ana",
  createdAt: t0,
  seenAt: t0,
  expiresAt: t0 + 1000,
  address: "192.0.2.7",
  ...more,
});

const makeAudit = (number: number, more: Partial<AuditRecord> = {}): AuditRecord => ({
  id: lowestUlid(t0 + number),
  at: t0 + number,
  kind: "user",
  who: "ana",
  action: "pause",
  target: null,
  detail: null,
  address: null,
  requestId: `request-${number}`,
  outcome: "done",
  ...more,
});

function testKeys(open: OpenStore): void {
  test("a key is found by its hash, and by the one before; what changes of it is kept", async () => {
    const { access } = (await openForTest(open)).store;
    const [first, second] = [makeKey("K1"), makeKey("K2", { kind: "event", role: null, expiresAt: t0 + 5 })];
    await access.addKey(first);
    await access.addKey(second);
    expect(await access.listKeys()).toEqual([second, first]);
    expect(await access.findKey("hash-K1")).toEqual(first);
    const change = { hash: "new", previousHash: "hash-K1", previousUntil: t0 + 9, hint: "swk_zzzzz" };
    expect(await access.changeKey("K1", change)).toBe(true);
    expect(await access.changeKey("K1", { lastUsedAt: t0 + 1 })).toBe(true);
    const changed = { ...first, ...change, lastUsedAt: t0 + 1 };
    expect(await access.findKey("new")).toEqual(changed);
    expect(await access.findKey("hash-K1")).toEqual(changed);
    expect(await access.getKey("K1")).toEqual(changed);
    expect(await access.findKey("hash-K3")).toBeNull();
    expect(await access.getKey("K3")).toBeNull();
    expect(await access.changeKey("K3", { revokedAt: t0 })).toBe(false);
  });
}

function testUsers(open: OpenStore): void {
  test("of two users with one name the first stays; users change, and go", async () => {
    const { access } = (await openForTest(open)).store;
    const [ben, ana] = [makeUser("ben"), makeUser("ana", { role: "read" })];
    expect(await access.addUser(ben)).toBe(true);
    expect(await access.addUser(ana)).toBe(true);
    expect(await access.addUser(makeUser("ana", { passwordHash: "other" }))).toBe(false);
    expect(await access.listUsers()).toEqual([ana, ben]);
    expect(await access.changeUser("ana", { role: "operate", signedInAt: t0 + 3 })).toBe(true);
    expect(await access.getUser("ana")).toEqual({ ...ana, role: "operate", signedInAt: t0 + 3 });
    expect(await access.removeUser("ana")).toBe(true);
    expect(await access.removeUser("ana")).toBe(false);
    expect(await access.changeUser("ana", { role: "read" })).toBe(false);
    expect(await access.getUser("ana")).toBeNull();
  });

  test("sessions end one by one, all of one user, or with their time", async () => {
    const { access } = (await openForTest(open)).store;
    const session = makeSession("H1");
    const rest = [makeSession("H2"), makeSession("H3", { kind: "api-key" }), makeSession("H4", { expiresAt: t0 + 1 })];
    for (const one of [session, ...rest]) await access.addSession(one);
    await access.touchSession("H1", t0 + 7);
    expect(await access.findSession("H1")).toEqual({ ...session, seenAt: t0 + 7 });
    expect(await access.removeExpiredSessions(t0 + 2)).toBe(1);
    expect(await access.findSession("H4")).toBeNull();
    expect(await access.removeSession("H2")).toBe(true);
    expect(await access.removeSession("H2")).toBe(false);
    await access.addSession(makeSession("H5"));
    expect(await access.removeSessions("user", "ana")).toBe(2);
    expect(await access.findSession("H1")).toBeNull();
    expect(await access.findSession("H3")).not.toBeNull();
  });
}

function testAudit(open: OpenStore): void {
  test("the audit log is read newest first, a page at a time, by what is looked for", async () => {
    const { access } = (await openForTest(open)).store;
    const records = [
      makeAudit(1),
      makeAudit(2, { who: "ben", action: "key.create", target: "ci", detail: '{"role":"read"}', address: "::1" }),
      makeAudit(3, { kind: "unknown", action: "session.begin", outcome: "refused" }),
      makeAudit(4, { kind: "api-key", who: "ci" }),
    ];
    for (const record of records) await access.addAudit(record);
    const [first, second, third, fourth] = records;
    const list = (filter: Partial<AuditFilter>) => access.listAudit({ limit: 100, ...filter });
    expect(await list({})).toEqual([fourth, third, second, first]);
    expect(await list({ limit: 2 })).toEqual([fourth, third]);
    expect(await list({ limit: 2, cursor: String(third?.id) })).toEqual([second, first]);
    expect(await list({ action: "pause" })).toEqual([fourth, first]);
    expect(await list({ who: "ben" })).toEqual([second]);
    expect(await list({ target: "ci", action: "key.create" })).toEqual([second]);
    expect(await list({ outcome: "refused" })).toEqual([third]);
    expect(await list({ from: t0 + 2, until: t0 + 4 })).toEqual([third, second]);
  });

  test("what is old goes: entries of the audit log, and keys that were revoked", async () => {
    const { access } = (await openForTest(open)).store;
    for (const number of [1, 5, 9]) await access.addAudit(makeAudit(number));
    const kept = [makeKey("K2", { revokedAt: t0 + 5 }), makeKey("K1", { createdAt: t0 - 9 })];
    for (const key of [...kept, makeKey("K3", { revokedAt: t0 + 4 })]) await access.addKey(key);
    await access.sweep(t0 + 5);
    expect((await access.listAudit({ limit: 9 })).map(({ at }) => at)).toEqual([t0 + 9, t0 + 5]);
    expect(await access.listKeys()).toEqual(kept);
  });
}

export function testAccess(open: OpenStore): void {
  testKeys(open);
  testUsers(open);
  testAudit(open);

  test("all of it is there when the state is opened again, and at once for another engine on it", async ({ skip }) => {
    const { store, reopen, shared } = await openForTest(open);
    if (reopen === undefined) return skip("this store keeps nothing");
    await store.access.addKey(makeKey("K1"));
    await store.access.addUser(makeUser("ana"));
    await store.access.addSession(makeSession("H1"));
    await store.access.addAudit(makeAudit(1));
    if (!shared) await store.close();
    const other = await reopen();
    onTestFinished(() => other.close());
    expect(await other.access.findKey("hash-K1")).toEqual(makeKey("K1"));
    expect(await other.access.getUser("ana")).toEqual(makeUser("ana"));
    expect(await other.access.findSession("H1")).toEqual(makeSession("H1"));
    expect(await other.access.listAudit({ limit: 1 })).toEqual([makeAudit(1)]);
    if (!shared) return;
    await other.access.changeKey("K1", { revokedAt: t0 + 1 });
    await other.access.removeSession("H1");
    expect(await store.access.findKey("hash-K1")).toMatchObject({ revokedAt: t0 + 1 });
    expect(await store.access.findSession("H1")).toBeNull();
  });
}
