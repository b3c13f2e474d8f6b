/** The commands that say who may use an engine, against an engine that asks for keys. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signingKey = "ab".repeat(32);
let engine: StepwellServer;

beforeAll(async () => {
  engine = createServer({
    mode: "start",
    store: null,
    host: "127.0.0.1",
    port: 0,
    signingKey,
    eventKeys: ["given"],
    logger: silent,
  });
  await engine.start();
});
afterAll(() => engine.stop(0));

/** Without a key of its own, a command shows the signing key. */
const run = (args: string[], env: Record<string, string> = { INNGEST_SIGNING_KEY: signingKey }): Promise<Outcome> =>
  runCommand(args, { env: { STEPWELL_URL: engine.url, ...env } });

const enter = (shown: object): Promise<Response> =>
  fetch(`${engine.url}/v2/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(shown),
  });

it("makes, lists, rotates and revokes keys, and uses them", async () => {
  const made = await run(["keys", "create", "ci", "--role", "read", "--expires", "90d"]);
  expect(made.err).toMatch(/"ci" has the role read. This is the only time/);
  const key = made.out;
  expect(key).toMatch(/^swk_[\w-]{43}$/);
  expect((await run(["runs"], { STEPWELL_API_KEY: key })).error).toBeNull();
  const refused = await run(["pause", "--all", "--reason", "test"], { STEPWELL_API_KEY: key, USER: "ana" });
  expect(refused.error?.message).toMatch(/needs the role operate, and "ci" has the role read/);
  const list = await run(["keys"]);
  expect(list.out).toMatch(/ci +read +swk_.{5}… +\d\d:\d\d:\d\d +\d{4}-.* +works/);
  expect(list.out).not.toContain(key);
  const rotated = await run(["keys", "rotate", "ci", "--grace", "0"]);
  expect((await run(["runs", "--api-key", key])).error?.message).toMatch(/Authentication failed/);
  expect((await run(["runs", "--api-key", rotated.out])).error).toBeNull();
  expect((await run(["keys", "revoke", "ci"])).out).toMatch(/revoked "ci"/);
  expect((await run(["runs", "--api-key", rotated.out])).error?.message).toMatch(/Authentication failed/);
  expect((await run(["keys", "rotate", "ci"])).error?.message).toMatch(/no key "ci" that works/);
});

it("makes keys for events, and asks what a key is for", async () => {
  const made = await run(["keys", "create", "shop", "--event", "--json"]);
  expect(JSON.parse(made.out)).toMatchObject({ kind: "event", role: null, key: expect.stringMatching(/^swe_/) });
  for (const flags of [[], ["--event", "--role", "read"]])
    expect((await run(["keys", "create", "x", ...flags])).error?.message).toMatch(/Say what the key is for/);
});

it("makes, lists, changes and removes users, and lists who did it", async () => {
  const made = await run(["users", "add", "ana", "--role", "operate"]);
  expect(made.err).toMatch(/ana has the role operate/);
  expect((await enter({ user: "ana", password: made.out })).status).toBe(200);
  const stdin = {
    env: { STEPWELL_URL: engine.url, INNGEST_SIGNING_KEY: signingKey },
    input: "correct horse battery\n",
  };
  const changed = await runCommand(["users", "password", "ana", "--password-stdin"], stdin);
  expect([changed.error, changed.out]).toEqual([null, ""]);
  expect((await enter({ user: "ana", password: "correct horse battery" })).status).toBe(200);
  expect((await run(["users", "role", "ana", "read"])).err).toMatch(/ana has the role read/);
  expect((await run(["users"])).out).toMatch(/ana +read +\d\d:\d\d:\d\d +signing key/);
  expect((await run(["users", "sign-out", "ana"])).out).toMatch(/signed out ana/);
  expect((await run(["users", "remove", "ana"])).out).toMatch(/removed ana/);
  expect((await run(["users", "role", "ana", "read"])).error?.message).toMatch(/There is no user "ana"/);
  expect((await run(["users"])).out).toMatch(/No users. Make one/);
  await enter({ user: "nobody", password: "x" });
  const { out } = await run(["audit", "--limit", "100"]);
  expect(out).toMatch(/signing key +user.remove +ana +127.0.0.1/);
  expect(out).toMatch(/ana +session.begin +127.0.0.1/);
  expect((await run(["audit", "--refused"])).out).toMatch(/unknown user +session.begin \(refused\) +127.0.0.1/);
  expect((await run(["audit", "--who", "nobody"])).out).toMatch(/Nothing/);
  expect(JSON.parse((await run(["audit", "--action", "user.create", "--since", "1h", "--json"])).out)).toHaveLength(1);
});

it("lets the holders of the signing key before in while keys are changed", async () => {
  const old = "cd".repeat(32);
  const options = { mode: "start", store: null, host: "127.0.0.1", port: 0, eventKeys: ["e"], logger: silent } as const;
  expect(() => createServer({ ...options, signingKey, signingKeyFallback: "xyz" })).toThrow(
    /key before this one .signingKeyFallback. is not valid/,
  );
  expect(() => createServer({ ...options, signingKey, trustedProxies: ["proxy"] })).toThrow(
    /trusted proxy "proxy" is no address/,
  );
  const changing = createServer({ ...options, signingKey, signingKeyFallback: old });
  await changing.start();
  const status = async (key: string) =>
    (await fetch(`${changing.url}/v2/runs`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect([await status(old), await status(signingKey), await status("ef".repeat(32))]).toEqual([200, 200, 401]);
  await changing.stop(0);
});
