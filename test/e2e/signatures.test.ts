/** Start mode: who may ask the engine, and what an app with a key accepts. Nothing here may print a key. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";
import { canonicalJson, hashSigningKey, signBody } from "stepwell/signing";
import { expect, test } from "vitest";
import { createEngineApi } from "../helpers/engine-api.ts";
import { serveLocally, startLocalEngine } from "../helpers/local-engine.ts";

const bareKey = "7468697320697320612074657374206b6579";
const otherKey = "0123456789abcdef0123456789abcdef";
const prefixedKey = `signkey-test-${bareKey}`;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const startEngine = () => startLocalEngine({ mode: "start", eventKeys: ["evt-1", "evt-2"], signingKey: prefixedKey });

test("the API takes the signing key raw, without its prefix and hashed, and nothing else", async () => {
  const { api } = await startEngine();
  const status = async (authorization?: string) =>
    (await fetch(`${api.url}/v1/runs`, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status(`Bearer ${prefixedKey}`)).toBe(200);
  expect(await status(`Bearer ${bareKey}`)).toBe(200);
  expect(await status(`Bearer ${await hashSigningKey(prefixedKey)}`)).toBe(200);
  expect(await status(`Bearer ${await hashSigningKey(bareKey)}`)).toBe(200);
  expect(await status(`Bearer ${otherKey}`)).toBe(401);
  expect(await status(`Bearer ${await hashSigningKey(otherKey)}`)).toBe(401);
  expect(await status("Bearer undefined")).toBe(401);
  expect(await status("Bearer ")).toBe(401);
  expect(await status()).toBe(401);
});

test.each(["/v1/events", "/v0/runs/01M807FQQEMJ94QV3939TD8ZFR/actions", "/fn/register", "/v1/apps", "/invoke/a-b"])(
  "%s is closed without a key",
  async (path) => {
    const { api } = await startEngine();
    const method = path.startsWith("/fn") || path.startsWith("/invoke") ? "POST" : "GET";
    const response = await fetch(`${api.url}${path}`, { method, ...(method === "POST" ? { body: "{}" } : {}) });
    expect(response.status).toBe(401);
  },
);

test("events need one of the event keys, and the answer does not repeat the wrong one", async () => {
  const { api } = await startEngine();
  for (const eventKey of ["evt-1", "evt-2"]) {
    expect((await createEngineApi(api.url, { eventKey }).post('{"name":"a"}')).status).toBe(200);
  }
  const refused = await createEngineApi(api.url, { eventKey: "wrong-key" }).post('{"name":"a"}');
  expect(refused.status).toBe(401);
  expect(JSON.stringify(refused.json)).not.toContain("wrong-key");
});

/** An app of ours with a key, and a call for it, signed by `sign`. */
async function callApp(sign: (body: string) => Promise<string | null>): Promise<number> {
  const client = new Inngest({ id: "signed", isDev: false, signingKey: prefixedKey, eventKey: "x", logger: silent });
  const hello = client.createFunction({ id: "hello", triggers: [{ event: "a" }] }, () => "hello");
  const app = createServer({ client, functions: [hello] });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  const event = { name: "a", data: {}, id: "1", ts: 1, user: {} };
  const ctx = {
    attempt: 0,
    disable_immediate_execution: false,
    env: "",
    fn_id: "0f1d8b9e-0000-4000-8000-000000000000",
    max_attempts: 4,
    qi_id: "",
    run_id: "01M807FQQEMJ94QV3939TD8ZFR",
    stack: { current: 0, stack: [] },
    step_id: "step",
    use_api: false,
  };
  const body = `{"ctx":${JSON.stringify(ctx)},"event":${JSON.stringify(event)},"events":[],"steps":{},"use_api":false,"version":-1}`;
  const signature = await sign(body);
  const response = await fetch(`${origin}/api/inngest?fnId=signed-hello&stepId=step`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      ...(signature === null ? {} : { "x-inngest-signature": signature }),
    },
  });
  const text = await response.text();
  expect(text).not.toContain(bareKey);
  return response.status;
}

test("an app with a key runs what is signed, and refuses what is unsigned, badly signed or old", async () => {
  const sign = (key: string, atMs: number) => (body: string) => signBody(key, canonicalJson(JSON.parse(body)), atMs);
  expect(await callApp(sign(prefixedKey, Date.now()))).toBe(200);
  expect(await callApp(sign(bareKey, Date.now()))).toBe(200);
  expect(await callApp(async () => null)).toBe(401);
  expect(await callApp(async () => "t=1&s=abc")).toBe(401);
  expect(await callApp(async () => "nonsense")).toBe(401);
  expect(await callApp(sign(otherKey, Date.now()))).toBe(401);
  expect(await callApp(sign(prefixedKey, Date.now() - 10 * 60_000))).toBe(401);
});

test("an app with another key cannot register", async () => {
  const { api, server } = await startEngine();
  const client = new Inngest({
    id: "other",
    isDev: false,
    baseUrl: api.url,
    signingKey: otherKey,
    eventKey: "evt-1",
    logger: silent,
  });
  const app = createServer({
    client,
    functions: [client.createFunction({ id: "f", triggers: [{ event: "a" }] }, () => 1)],
  });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  const outcome = await server.engine.syncUrl(`${origin}/api/inngest`);
  expect(outcome).toMatchObject({ kind: "failed" });
  expect(server.engine.functions()).toEqual([]);
});
