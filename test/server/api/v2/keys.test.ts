/** Keys for the API and for events: what they open, and for how long. */
import { describe, expect, it } from "vitest";
import { startOperatedEngine } from "../../../helpers/operated-engine.ts";

const signingKey = "ab".repeat(32);
const day = 86_400_000;

interface Made {
  id: string;
  key: string;
  hint: string;
  state: string;
  previousUntil: string | null;
}

async function start() {
  const engine = await startOperatedEngine({ auth: { signingKey, eventKeys: ["given"] } });
  const ask = async (method: string, path: string, key: string, body?: unknown) => {
    const response = await fetch(engine.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: JSON.parse(text) as Record<string, unknown> };
  };
  const admin = async <T = Made>(method: string, path: string, body?: unknown): Promise<T> =>
    (await ask(method, path, signingKey, body)).json["data"] as T;
  const reads = async (key: string): Promise<number> => (await ask("GET", "/v2/runs", key)).status;
  const sends = async (key: string): Promise<number> =>
    (await ask("POST", `/e/${key}`, "-", { name: "a/b", data: {} })).status;
  return { ...engine, ask, admin, reads, sends };
}

describe("an API key", () => {
  it("opens what its role may do, and says which role the rest needs", async () => {
    const { admin, ask } = await start();
    const read = await admin("POST", "/v2/keys", { name: "watch", role: "read" });
    const operate = await admin("POST", "/v2/keys", { name: "ops", role: "operate" });
    const pause = { scope: "all", reason: "test", author: "ana" };
    expect((await ask("GET", "/v2/runs", read.key)).status).toBe(200);
    const refused = await ask("POST", "/v2/pauses", read.key, pause);
    expect(refused.status).toBe(403);
    expect(refused.text).toMatch(/needs the role operate, and \\"watch\\" has the role read/);
    expect((await ask("POST", "/v2/pauses", operate.key, pause)).status).toBe(201);
    const keys = await ask("POST", "/v2/keys", operate.key, { name: "more", role: "admin" });
    expect(keys.status).toBe(403);
    expect(keys.text).toMatch(/needs the role admin/);
    expect((await ask("GET", "/v2/runs", `${read.key}x`)).text).toMatch(
      /^.*Authentication failed. This needs the role read/,
    );
  });

  it("is shown once: what is listed has its beginning, and what is stored has neither", async () => {
    const { admin, ask, store } = await start();
    const { key, hint, id } = await admin("POST", "/v2/keys", { name: "ci", role: "admin" });
    expect(key).toMatch(/^swk_[\w-]{43}$/);
    expect(key.startsWith(hint)).toBe(true);
    const { text } = await ask("GET", "/v2/keys", key);
    expect(text).toContain(id);
    expect(text).not.toContain(key);
    const stored = JSON.stringify(await store.access.listKeys());
    expect(stored).not.toContain(key.slice(4));
  });

  it("that is revoked opens nothing from then on, and cannot be revoked again", async () => {
    const { admin, ask, reads } = await start();
    const { id, key } = await admin("POST", "/v2/keys", { name: "ci", role: "read" });
    expect(await reads(key)).toBe(200);
    expect(await admin("DELETE", `/v2/keys/${id}`)).toMatchObject({ state: "revoked" });
    expect(await reads(key)).toBe(401);
    expect((await ask("DELETE", `/v2/keys/${id}`, signingKey)).status).toBe(404);
    expect(await admin("POST", "/v2/keys", { name: "ci", role: "read" })).toMatchObject({ state: "works" });
  });

  it("that is rotated works in both forms for a day, or as long as one says", async () => {
    const { admin, reads, advance } = await start();
    const old = await admin("POST", "/v2/keys", { name: "ci", role: "read" });
    const fresh = await admin("POST", `/v2/keys/${old.id}/rotate`);
    expect(fresh).toMatchObject({ id: old.id, previousUntil: expect.any(String) });
    expect([await reads(old.key), await reads(fresh.key)]).toEqual([200, 200]);
    await advance(day);
    expect([await reads(old.key), await reads(fresh.key)]).toEqual([401, 200]);
    const last = await admin("POST", `/v2/keys/${old.id}/rotate`, { graceSeconds: 0 });
    expect(last.previousUntil).toBeNull();
    expect([await reads(fresh.key), await reads(last.key)]).toEqual([401, 200]);
    await admin("DELETE", `/v2/keys/${old.id}`);
    expect(await reads(last.key)).toBe(401);
  });

  it("ends at the time that it was made for", async () => {
    const { admin, ask, reads, advance, clock } = await start();
    const expiresAt = new Date(clock.now() + day).toISOString();
    const { key } = await admin("POST", "/v2/keys", { name: "guest", role: "read", expiresAt });
    expect(await reads(key)).toBe(200);
    await advance(day);
    expect(await reads(key)).toBe(401);
    expect((await ask("GET", "/v2/keys", signingKey)).text).toMatch(/"state":"expired"/);
  });

  it("says when it was used, written once a minute at most", async () => {
    const { admin, reads, advance, store, clock } = await start();
    const { key, id } = await admin("POST", "/v2/keys", { name: "ci", role: "read" });
    const used = async () => (await store.access.getKey(id))?.lastUsedAt;
    expect(await used()).toBeNull();
    const first = clock.now();
    await reads(key);
    expect(await used()).toBe(first);
    await advance(59_999);
    await reads(key);
    expect(await used()).toBe(first);
    await advance(1);
    await reads(key);
    expect(await used()).toBe(first + 60_000);
  });

  it.each([
    [{ role: "read" }, /`name` must be a text/],
    [{ name: "x".repeat(65), role: "read" }, /`name` must be a text of 1 to 64/],
    [{ name: "a\u0007", role: "read" }, /`name`/],
    [{ name: "a", role: "root" }, /`role` must be one of read, operate, admin/],
    [{ name: "a", kind: "other" }, /`kind` must be one of api, event/],
    [{ name: "a", kind: "event", role: "read" }, /has no `role`/],
    [{ name: "a", role: "read", expiresAt: "2001-01-01T00:00:00Z" }, /`expiresAt` must be a time to come/],
    [{ name: "a", role: "read", ttl: 3 }, /no field `ttl`/],
  ])("is not made of %j", async (body, message) => {
    const { ask, store } = await start();
    const { status, text } = await ask("POST", "/v2/keys", signingKey, body);
    expect(status).toBe(400);
    expect(text).toMatch(message);
    expect(await store.access.listKeys()).toEqual([]);
  });

  it("has a name of its own among those that work", async () => {
    const { admin, ask } = await start();
    await admin("POST", "/v2/keys", { name: "ci", role: "read" });
    const { status, text } = await ask("POST", "/v2/keys", signingKey, { name: "ci", role: "admin" });
    expect([status, text]).toEqual([409, expect.stringMatching(/There is a key called/)]);
  });
});

describe("a key for events", () => {
  it("sends events and does nothing else; an API key sends none at the event API", async () => {
    const { admin, reads, sends, ask } = await start();
    const event = await admin("POST", "/v2/keys", { name: "shop", kind: "event" });
    const api = await admin("POST", "/v2/keys", { name: "ops", role: "admin" });
    expect(event.key).toMatch(/^swe_/);
    expect([await sends("given"), await sends(event.key), await sends(api.key)]).toEqual([200, 200, 401]);
    expect(await reads(event.key)).toBe(401);
    expect((await ask("GET", "/v2/keys/events", api.key)).json["data"]).toMatchObject([
      { name: "event key 1" },
      { name: "shop" },
    ]);
    await admin("DELETE", `/v2/keys/${event.id}`);
    expect([await sends("given"), await sends(event.key)]).toEqual([200, 401]);
  });
});
