/** How people get into an engine that asks who they are, what their cookie may do, and what those who may not get in find. */
import { describe, expect, it } from "vitest";
import { startOperatedEngine } from "../../helpers/operated-engine.ts";

const signingKey = "ab".repeat(32);
const password = "correct horse battery";
const hour = 3_600_000;
const pause = { scope: "all", reason: "test" };
const page = { "x-stepwell-page": "1" };

const cookieOf = (response: Response): string => response.headers.get("set-cookie")?.split(";")[0] ?? "";

async function start() {
  const engine = await startOperatedEngine({ auth: { signingKey, eventKeys: ["events"] } });
  const seen: string[] = [];
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) => {
    const response = await fetch(engine.url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    seen.push(await response.clone().text());
    return response;
  };
  const enter = (shown: object, headers: Record<string, string> = {}) => ask("POST", "/v2/session", headers, shown);
  const admin = (method: string, path: string, body?: unknown) =>
    ask(method, path, { authorization: `Bearer ${signingKey}` }, body);
  const audit = async (
    query = "",
  ): Promise<{ who: string; action: string; outcome: string; [key: string]: unknown }[]> =>
    ((await (await admin("GET", `/v2/audit?${query}`)).json()) as { data: never[] }).data;
  const status = async (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    (await ask(method, path, headers, body)).status;
  return { ...engine, ask, enter, admin, audit, status, seen };
}

/** With two users: ana operates, ben reads. */
async function startWithUsers() {
  const started = await start();
  await started.admin("POST", "/v2/users", { name: "ana", role: "operate", password });
  await started.admin("POST", "/v2/users", { name: "Ben", role: "read", password });
  return started;
}

describe("a session of the page", () => {
  it("begins with the signing key, and lets the page read and, with its header, change", async () => {
    const { ask, enter, status } = await start();
    expect(await (await ask("GET", "/v2/session")).json()).toMatchObject({
      data: { required: true, isOpen: false, who: null, hasUsers: false },
    });
    expect(await status("GET", "/v2/runs", {})).toBe(401);
    const entered = await enter({ key: `signkey-prod-${signingKey}` });
    expect(entered.status).toBe(200);
    const set = entered.headers.get("set-cookie") ?? "";
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).not.toMatch(/Secure/);
    expect(set).not.toContain(signingKey);
    const cookie = cookieOf(entered);
    expect(await status("GET", "/v2/runs", { cookie })).toBe(200);
    expect(await status("GET", "/v1/runs", { cookie })).toBe(200);
    expect(await status("POST", "/v2/pauses", { cookie }, { ...pause, author: "ana" })).toBe(401);
    expect(await status("POST", "/v2/pauses", { cookie, ...page }, { ...pause, author: "ana" })).toBe(201);
  });

  it("begins with a name and a password, has the role of the user, and names them where they act", async () => {
    const { ask, enter, status, admin } = await startWithUsers();
    const ana = cookieOf(await enter({ user: " Ana ", password }));
    const ben = cookieOf(await enter({ user: "ben", password }));
    expect(await (await ask("GET", "/v2/session", { cookie: ben })).json()).toMatchObject({
      data: { isOpen: true, who: { kind: "user", name: "ben", role: "read" }, hasUsers: true },
    });
    expect(await status("POST", "/v2/pauses", { cookie: ben, ...page }, pause)).toBe(403);
    const paused = await ask("POST", "/v2/pauses", { cookie: ana, ...page }, pause);
    expect(await paused.json()).toMatchObject({ data: { author: "ana" } });
    await admin("POST", "/v2/users/ben", { role: "operate" });
    expect(await status("DELETE", "/v2/pauses?scope=all", { cookie: ben, ...page })).toBe(200);
    await admin("DELETE", "/v2/users/ana");
    expect(await status("GET", "/v2/runs", { cookie: ana })).toBe(401);
  });

  it("begins with an API key, and ends with it", async () => {
    const { enter, status, admin } = await start();
    const made = (await (await admin("POST", "/v2/keys", { name: "ci", role: "read" })).json()) as {
      data: { id: string; key: string };
    };
    const cookie = cookieOf(await enter({ key: made.data.key }));
    expect(await status("GET", "/v2/runs", { cookie })).toBe(200);
    expect(await status("GET", "/v2/keys", { cookie })).toBe(403);
    await admin("DELETE", `/v2/keys/${made.data.id}`);
    expect(await status("GET", "/v2/runs", { cookie })).toBe(401);
  });

  it("is refused for what is wrong, and for a cookie that was made up", async () => {
    const { enter, status } = await startWithUsers();
    for (const shown of [
      { key: "" },
      { key: "cd".repeat(32) },
      { user: "ana", password: "x" },
      { user: "eve", password },
    ])
      expect((await enter(shown)).status).toBe(401);
    for (const shown of [{ key: 17 }, {}, { user: "ana" }]) expect((await enter(shown)).status).toBe(400);
    for (const value of ["", ".", "a".repeat(43), "stepwell"])
      expect(await status("GET", "/v2/runs", { cookie: `stepwell_session=${value}` })).toBe(401);
  });

  it("ends when it is not used for a day, and after a week however much it is", async () => {
    const { enter, status, advance } = await start();
    const idle = cookieOf(await enter({ key: signingKey }));
    const used = cookieOf(await enter({ key: signingKey }));
    for (let hours = 0; hours < 7 * 24; hours += 12) {
      expect(await status("GET", "/v2/runs", { cookie: used })).toBe(200);
      await advance(12 * hour);
    }
    expect(await status("GET", "/v2/runs", { cookie: used })).toBe(401);
    expect(await status("GET", "/v2/runs", { cookie: idle })).toBe(401);
  });

  it("ends when one signs out, here or everywhere, and when the password changes", async () => {
    const { ask, enter, status, admin } = await startWithUsers();
    const enterAna = async (): Promise<string> => cookieOf(await enter({ user: "ana", password }));
    const [first, second, third] = [await enterAna(), await enterAna(), await enterAna()];
    const left = await ask("DELETE", "/v2/session", { cookie: first });
    expect(left.headers.get("set-cookie")).toMatch(/Max-Age=0/);
    const works = (...cookies: string[]) => Promise.all(cookies.map((cookie) => status("GET", "/v2/runs", { cookie })));
    expect(await works(first, second, third)).toEqual([401, 200, 200]);
    await ask("DELETE", "/v2/session?everywhere=true", { cookie: second });
    expect(await works(second, third)).toEqual([401, 401]);
    const fourth = await enterAna();
    const changed = await ask(
      "POST",
      "/v2/session/password",
      { cookie: fourth, ...page },
      { current: password, password: "another long password" },
    );
    expect(await works(fourth, cookieOf(changed))).toEqual([401, 200]);
    expect((await enter({ user: "ana", password })).status).toBe(401);
    await admin("DELETE", "/v2/users/ana/sessions");
    expect(await works(cookieOf(changed))).toEqual([401]);
  });

  it("is for https alone where a proxy speaks it", async () => {
    const { enter } = await start();
    const entered = await enter({ key: signingKey }, { "x-forwarded-proto": "https" });
    expect(entered.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  it("is not needed in dev", async () => {
    const { ask } = await startOperatedEngine();
    expect(await ask("GET", "/v2/session")).toMatchObject({
      data: { required: false, isOpen: true, who: { kind: "local", role: "admin" } },
    });
  });
});

describe("who may not get in", () => {
  it("cannot make someone use a session that they know: signing in gives a new one, and ends the one before", async () => {
    const { enter, status } = await startWithUsers();
    const fixed = cookieOf(await enter({ user: "ben", password }));
    const made = cookieOf(await enter({ user: "ana", password }, { cookie: fixed }));
    expect(made).not.toBe(fixed);
    expect(await status("GET", "/v2/runs", { cookie: fixed })).toBe(401);
    const chosen = `stepwell_session=${"x".repeat(43)}`;
    await enter({ user: "ana", password }, { cookie: chosen });
    expect(await status("GET", "/v2/runs", { cookie: chosen })).toBe(401);
  });

  it("cannot act through the browser of someone who is signed in", async () => {
    const { enter, status, url } = await startWithUsers();
    const cookie = cookieOf(await enter({ user: "ana", password }));
    const act = (headers: Record<string, string>) => status("POST", "/v2/pauses", { cookie, ...headers }, pause);
    expect(await act({})).toBe(401);
    expect(await act({ ...page, origin: "https://evil.example" })).toBe(403);
    expect(await act({ ...page, origin: "null" })).toBe(403);
    expect(await act({ ...page, origin: url, "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await act({ ...page, "sec-fetch-site": "same-site" })).toBe(403);
    expect(await act({ ...page, origin: url })).toBe(201);
    expect(await act({ ...page, origin: "https://proxy.example", "x-forwarded-host": "proxy.example" })).toBe(201);
    const evil = { origin: "https://evil.example" };
    expect((await enter({ user: "ana", password }, evil)).status).toBe(403);
    expect(await status("DELETE", "/v2/session", { cookie, ...evil })).toBe(403);
    expect(await status("GET", "/v2/runs", { cookie })).toBe(200);
  });

  it("waits longer with each wrong password from one address, and is told how long; others do not wait", async () => {
    const { enter, advance, clock } = await startWithUsers();
    const from = (address: string) => ({ "x-forwarded-for": address });
    const guess = (user = "ana") => enter({ user, password: "wrong" }, from("198.51.100.9"));
    for (let n = 0; n < 6; n++) expect((await guess()).status).toBe(401);
    const refused = await guess("ben");
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.text()).toMatch(/Try again in 1 s/);
    expect((await enter({ user: "ana", password }, from("198.51.100.9"))).status).toBe(429);
    expect((await enter({ user: "ana", password }, from("203.0.113.5"))).status).toBe(200);
    const begun = clock.now();
    for (let n = 0; n < 20; n++) {
      const answer = await guess();
      if (answer.status === 429) await advance(Number(answer.headers.get("retry-after")) * 1000);
    }
    expect(clock.now() - begun).toBeGreaterThan(500_000);
    expect((await enter({ user: "ana", password }, from("203.0.113.5"))).status).toBe(200);
  });

  it("cannot try many passwords at the same moment, or from many addresses", async () => {
    const { enter } = await startWithUsers();
    const together = await Promise.all(
      Array.from({ length: 20 }, () => enter({ user: "ana", password: "wrong" }, { "x-forwarded-for": "192.0.2.1" })),
    );
    expect(together.filter(({ status }) => status === 401)).toHaveLength(6);
    const spread = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        enter({ user: "ben", password: "wrong" }, { "x-forwarded-for": `192.0.2.${n + 10}` }),
      ),
    );
    expect(spread.filter(({ status }) => status === 401)).toHaveLength(11);
  });

  it("finds no key and no password in what is answered, logged, stored or kept in the audit log", async () => {
    const { enter, admin, seen, logged, store, audit } = await startWithUsers();
    const made = (await (await admin("POST", "/v2/keys", { name: "ci", role: "read" })).json()) as {
      data: { key: string };
    };
    seen.length = 0;
    await enter({ user: "ana", password });
    await enter({ user: password, password: "wrong" });
    await enter({ key: `${made.data.key}x` });
    await enter({ key: made.data.key });
    for (const path of ["/v2/keys", "/v2/users", "/v2/audit", "/v2/session", "/v2/keys/events", "/v2/engine"])
      await admin("GET", path);
    await admin("POST", "/v2/users", { name: "eve", role: "root", password });
    const kept = await Promise.all([
      store.access.listKeys(),
      store.access.listUsers(),
      store.access.listAudit({ limit: 1000 }),
      audit(),
    ]);
    const all = JSON.stringify([seen, logged, kept]);
    for (const secret of [signingKey, password, made.data.key, made.data.key.slice(10)])
      expect(all).not.toContain(secret);
    expect(JSON.stringify(seen)).not.toContain("scrypt");
  });
});

describe("the audit log", () => {
  it("says who did what, from where, on what, by which request, and what was refused", async () => {
    const { ask, enter, admin, audit } = await startWithUsers();
    const headers = { "x-forwarded-for": "203.0.113.5" };
    const cookie = cookieOf(await enter({ user: "ben", password }, headers));
    await enter({ user: "ben", password: "wrong" });
    await enter({ user: "nobody", password });
    await ask("POST", "/v2/pauses", { cookie, ...page, ...headers, "x-request-id": "my-request" }, pause);
    const body = { ...pause, author: "x", target: null };
    const paused = await ask("POST", "/v2/pauses", { authorization: `Bearer ${signingKey}` }, body);
    await ask("POST", "/v2/events", { authorization: `Bearer ${signingKey}` }, { name: "a/b", data: { card: "4111" } });
    await admin("POST", "/v2/pauses", { scope: "nonsense" });
    const entries = await audit();
    expect(entries).toMatchObject([
      { kind: "signing-key", who: "signing key", action: "pause", target: "all", outcome: "done" },
      {
        kind: "user",
        who: "ben",
        action: "pause",
        outcome: "refused",
        address: "203.0.113.5",
        requestId: "my-request",
      },
      { kind: "unknown", who: "unknown user", action: "session.begin", outcome: "refused" },
      { kind: "unknown", who: "ben", action: "session.begin", outcome: "refused", address: "127.0.0.1" },
      { kind: "user", who: "ben", action: "session.begin", outcome: "done", address: "203.0.113.5" },
      { action: "user.create", target: "Ben", detail: { name: "Ben", role: "read" } },
      { action: "user.create", target: "ana" },
    ]);
    expect(paused.headers.get("x-request-id")).toBe(entries[0]?.["requestId"]);
    expect(await audit("action=pause&outcome=done")).toHaveLength(1);
    expect(await audit("who=ben")).toHaveLength(3);
    expect(await audit("from=2001-01-01T00:00:00Z&until=2001-02-01T00:00:00Z")).toEqual([]);
  });

  it("is read a page at a time", async () => {
    const { admin } = await start();
    for (const name of ["a", "b", "c"]) await admin("POST", "/v2/keys", { name, role: "read" });
    const read = async (query: string) =>
      (await (await admin("GET", `/v2/audit?${query}`)).json()) as {
        data: { target: string }[];
        page: { cursor: string };
      };
    const first = await read("limit=2");
    expect(first.data.map(({ target }) => target)).toEqual(["c", "b"]);
    const second = await read(`limit=2&cursor=${first.page.cursor}`);
    expect(second.data.map(({ target }) => target)).toEqual(["a"]);
    expect(second.page.cursor).toBeNull();
    for (const query of ["limit=0", "cursor=x", "outcome=maybe", "from=soon"])
      expect((await admin("GET", `/v2/audit?${query}`)).status).toBe(400);
  });

  it("of an engine in dev mode says local", async () => {
    const { ask, store } = await startOperatedEngine();
    await ask("POST", "/v2/pauses", { ...pause, author: "ana" }, 201);
    expect(await store.access.listAudit({ limit: 9 })).toMatchObject([
      { kind: "local", who: "local", action: "pause" },
    ]);
  });
});

describe("a user", () => {
  it.each([
    [{ name: "a b", role: "read", password }, /`name` must have/],
    [{ name: "../x", role: "read", password }, /`name` must have/],
    [{ name: "ana", role: "root", password }, /`role` must be one of/],
    [{ name: "ana", role: "read", password: "short" }, /`password` must have 10 to 1000/],
    [{ name: "anastasia", role: "read", password: "anastasia1" }, /`password` must be more than the name/],
    [{ name: "ana", role: "read", password, email: "x" }, /no field `email`/],
  ])("is not made of %j", async (body, message) => {
    const { admin, store } = await start();
    const response = await admin("POST", "/v2/users", body);
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(message)]);
    expect(await store.access.listUsers()).toEqual([]);
  });

  it("has a name of their own, and is unknown when they are gone", async () => {
    const { admin } = await startWithUsers();
    expect((await admin("POST", "/v2/users", { name: "ANA", role: "read", password })).status).toBe(409);
    expect((await admin("DELETE", "/v2/users/ana")).status).toBe(200);
    expect((await admin("DELETE", "/v2/users/ana")).status).toBe(404);
    expect((await admin("POST", "/v2/users/ana", { role: "read" })).status).toBe(404);
  });
});
