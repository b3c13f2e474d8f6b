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
