/** `stepwell webhooks`, against an engine that asks for keys. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { type Outcome, runCommand } from "./fake-terminal.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signingKey = "ab".repeat(32);
let engine: StepwellServer;

beforeAll(async () => {
  const keys = { signingKey, eventKeys: ["given"] };
  engine = createServer({ mode: "start", store: null, host: "127.0.0.1", port: 0, ...keys, logger: silent });
  await engine.start();
});
afterAll(() => engine.stop(0));

const run = (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
  runCommand(["webhooks", ...args], { env: { STEPWELL_URL: engine.url, INNGEST_SIGNING_KEY: signingKey, ...env } });

it("makes a webhook, prints its address, changes it, shows its deliveries, moves and revokes it", async () => {
  const made = await run(["create", "github", "-t", '{"name": "github/" + body.action, "data": body}']);
  expect(made.out).toMatch(new RegExp(`^${engine.url}/hooks/[\\w-]{43}$`));
  expect(made.err).toMatch(/No signature is checked/);
  const deliver = (address: string, body: string) =>
    fetch(address, { method: "POST", body, headers: { "content-type": "application/json" } });
  expect((await deliver(made.out, '{"action":"opened"}')).status).toBe(200);
  expect((await deliver(made.out, "{}")).status).toBe(422);
  const deliveries = await run(["deliveries", "github"]);
  expect(deliveries.out).toMatch(/refused +422 +2 +The transform could not be evaluated: string \+ null/);
  expect(deliveries.out).toMatch(/accepted +200 +19 +01/);
  expect((await run(["list"])).out).toContain(made.out);

  const signed = await run(["change", "github", "--signature", "hmac"], { STEPWELL_WEBHOOK_SECRET: "s3cret" });
  expect(signed.out).toMatch(/changed "github"/);
  expect((await deliver(made.out, "{}")).status).toBe(401);
  const list = await run(["list", "--json"]);
  expect(JSON.parse(list.out)).toMatchObject([{ signature: { scheme: "hmac", header: null } }]);
  expect(list.out).not.toContain("s3cret");
  expect((await run(["change", "github", "--signature", "none", "--name", "gh"])).error).toBeNull();
  const moved = await run(["rotate", "gh"]);
  expect((await deliver(made.out, "{}")).status).toBe(401);
  expect((await deliver(moved.out, '{"action":"closed"}')).status).toBe(200);
  expect((await run(["revoke", "gh"])).out).toMatch(/revoked "gh"/);
  expect((await deliver(moved.out, "{}")).status).toBe(410);
  expect((await run(["rotate", "gh"])).error?.message).toMatch(/no webhook "gh" that works/);
  expect((await run(["change", "gh", "--secret", "x"])).error?.message).toMatch(/need --signature/);
});

it("tries a transform out, of a webhook or as it is given", async () => {
  const transform = '{"name": headers["x-kind"], "data": body}';
  const tried = await run(["try", "-t", transform, "-b", '{"n":1}', "-H", "X-Kind: push", "--json"]);
  expect(JSON.parse(tried.out)).toEqual([{ name: "push", data: { n: 1 } }]);
  expect((await run(["try", "-t", "null", "-b", "{}"])).out).toMatch(/No event/);
  expect((await run(["try", "-t", transform, "-b", "{}"])).error?.message).toMatch(/gave no `name`/);
  expect((await run(["try", "-b", "{}"])).error?.message).toMatch(/Say which transform/);
  expect((await run(["try", "-t", "@none.cel", "-b", "{}"])).error?.message).toMatch(
    /--transform: the file .* there is none/,
  );
});
