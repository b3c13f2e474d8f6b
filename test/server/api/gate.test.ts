/** Who may speak to an engine: names, pages and kinds of bodies. */
import { request } from "node:http";
import { expect, test } from "vitest";
import { createApi } from "../../../server/src/api/create-api.ts";
import type { GateOptions } from "../../../server/src/api/gate.ts";
import type { Engine } from "../../../server/src/core/engine.ts";
import { openSqliteStore } from "../../../server/src/store/sqlite/open-store.ts";
import { startApiServer } from "../../helpers/api-server.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";

const logger = { debug() {}, info() {}, warn() {}, error() {} };
const keys = { signingKey: "00ff", eventKeys: ["events"] };

/** Everything that a web page could want of an engine. */
const wishes = [
  ["GET", "/v1/runs", undefined],
  ["GET", "/v2/runs", undefined],
  ["GET", "/v1/events", undefined],
  ["GET", "/dev", undefined],
  ["POST", "/e/any", '{"name":"a/b"}'],
  ["POST", "/invoke/app-f", "{}"],
  ["POST", "/fn/register", "{}"],
  ["DELETE", "/fn/remove?url=x", undefined],
  ["POST", "/v1/apps", '{"url":"http://attacker.test"}'],
  ["POST", "/v2/pauses", '{"scope":"all","reason":"r","author":"a"}'],
  ["DELETE", "/v1/runs/01M809V27AGMJPM80XTPDYF7N9", undefined],
  ["POST", "/v1/signals", '{"signal":"s"}'],
] as const;

function createTestApi(gate: GateOptions | null = {}, auth: typeof keys | null = null) {
  const engine = new Proxy({} as Engine, {
    get: (_, name) => () => {
      throw new Error(`the engine was asked for ${String(name)}`);
    },
  });
  const store = openSqliteStore({ directory: null });
  const clock = createManualClock();
  const serverKind = auth === null ? "dev" : "cloud";
  return createApi({ engine, store, access: store.access, clock, logger, auth, serverKind, version: "0", gate });
}

test.each(wishes)("a page of another origin cannot %s %s in dev mode", async (method, path, body) => {
  const api = createTestApi();
  for (const origin of [
    "https://attacker.test",
    "null",
    "http://localhost.attacker.test",
    "http://127.0.0.1.nip.test",
  ]) {
    const response = await api.request(path, {
      method,
      headers: { origin, host: "127.0.0.1:8288" },
      ...(body && { body }),
    });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  }
});

test.each(wishes)("a name that was made to lead here cannot %s %s", async (method, path, body) => {
  const headers = { host: "attacker.test:8288", "content-type": "application/json" };
  const response = await createTestApi().request(path, { method, headers, ...(body && { body }) });
  expect([response.status, await response.text()]).toEqual([
    403,
    expect.stringContaining("--allow-host attacker.test"),
  ]);
});

test.each([
  "text/plain",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
])("a body of %s is not taken in dev mode", async (type) => {
  const init = { method: "POST", headers: { host: "localhost", "content-type": type }, body: '{"name":"a/b"}' };
  const response = await createTestApi().request("/v1/signals", init);
  expect([response.status, (await response.json()) as object]).toEqual([
    415,
    expect.objectContaining({ code: "unsupported_media_type" }),
  ]);
});

test.each(["http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]:8080", "https://app.localhost"])(
  "a page of this machine, %s, may read what it asks for",
  async (origin) => {
    const api = createTestApi();
    const headers = { origin, host: "localhost:8288" };
    const response = await api.request("/v1/runs", { headers });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
    const preflight = await api.request("/v2/pauses", { method: "OPTIONS", headers });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([
      204,
      "GET, POST, PUT, DELETE, OPTIONS",
    ]);
  },
);

test("names that were allowed get in, and addresses where the engine listens on the network", async () => {
  const ask = async (gate: GateOptions, host: string, origin?: string) =>
    (await createTestApi(gate).request("/v1/runs", { headers: { host, ...(origin && { origin }) } })).status;
  expect(await ask({ allowedHosts: ["jobs.corp.test"] }, "JOBS.corp.test:80", "https://jobs.corp.test")).toBe(200);
  expect(await ask({ allowedHosts: ["jobs.corp.test"] }, "other.corp.test")).toBe(403);
  expect(await ask({}, "192.168.1.7:8288")).toBe(403);
  expect(await ask({ exposed: true }, "192.168.1.7:8288")).toBe(200);
  expect(await ask({ exposed: true }, "[fe80::1]:8288")).toBe(200);
  expect(await ask({}, "host.docker.internal:8288")).toBe(200);
});

test("over a real connection the name that counts is the one in the request", async () => {
  const api = await startApiServer();
  const ask = (host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`${api.url}/v1/runs`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on("error", reject).end();
    });
  expect([await ask("localhost"), await ask("attacker.test")]).toEqual([200, 403]);
});

test("an engine with keys takes events from other pages, and lets them read nothing else", async () => {
  const api = createTestApi({}, keys);
  const headers = { origin: "https://shop.test", host: "jobs.test", authorization: "Bearer 00ff" };
  const runs = await api.request("/v1/runs", { headers });
  expect([runs.status, runs.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  const event = await api.request("/e/wrong", { method: "POST", headers, body: "{}" });
  expect([event.status, event.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
  const preflight = await api.request("/e/events", { method: "OPTIONS", headers });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
});

test("the event API takes forms from what sends webhooks, and none from a page", async () => {
  const api = createTestApi();
  const form = { method: "POST", body: "name=a%2Fb" };
  const type = "application/x-www-form-urlencoded";
  const taken = await api.request("/e/any", { ...form, headers: { "content-type": type } });
  expect(taken.status).not.toBe(415);
  const origin = "https://attacker.test";
  expect((await api.request("/e/any", { ...form, headers: { "content-type": type, origin } })).status).toBe(403);
  expect((await api.request("/e/any", { ...form, headers: { "content-type": "text/plain" } })).status).toBe(415);
});
