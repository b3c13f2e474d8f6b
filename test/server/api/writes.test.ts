import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../../server/src/core/engine.ts";
import { EngineError } from "../../../server/src/domain/error.ts";
import { makeApp, makeFunction, t0 } from "../../conformance/store-records.ts";
import { startApiServer } from "../../helpers/api-server.ts";

const runId = "01M809V27AGMJPM80XTPDYF7N9";
const rejecting = (code: ConstructorParameters<typeof EngineError>[0], data?: unknown) => () =>
  Promise.reject(new EngineError(code, "what went wrong", { data }));

describe("POST /fn/register", () => {
  test("taken", async () => {
    const bodies: unknown[] = [];
    const register: Engine["register"] = async (body) => {
      bodies.push(body);
      return { modified: true, appId: "app-uuid", syncId: "sync-uuid", message: null, warnings: [] };
    };
    const api = await startApiServer({ engine: { register } });
    const response = await api.post("/fn/register", { appName: "a" }, { "x-inngest-expected-server-kind": "dev" });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ok: true,
      status: 200,
      modified: true,
      app_id: "app-uuid",
      sync_id: "sync-uuid",
    });
    expect(bodies).toEqual([{ appName: "a" }]);
  });

  test("refused, with each fault", async () => {
    const api = await startApiServer({ engine: { register: rejecting("invalid_registration", ["one", "two"]) } });
    const response = await api.post("/fn/register", {});
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      ok: false,
      modified: false,
      error: "what went wrong",
      code: "invalid_registration",
      data: ["one", "two"],
      status: 400,
    });
  });

  test("an app that expects another kind of server", async () => {
    const api = await startApiServer();
    const response = await api.post("/fn/register", {}, { "x-inngest-expected-server-kind": "cloud" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: expect.stringMatching(/^Expected server kind cloud, got dev/),
    });
    const cloud = await startApiServer({ auth: { signingKey: "00", eventKeys: [] } });
    const headers = { "x-inngest-expected-server-kind": "dev", authorization: "Bearer 00" };
    const other = await cloud.post("/fn/register", {}, headers);
    expect(await other.json()).toMatchObject({ error: expect.stringMatching(/^Expected server kind dev, got cloud/) });
  });

  test("not JSON, and more than 8 MiB", async () => {
    const api = await startApiServer();
    const text = await api.ask("/fn/register", { method: "POST", body: "hello" });
    expect(text.status).toBe(400);
    expect(await text.json()).toMatchObject({ error: expect.stringMatching(/must be JSON/) });
    const big = await api.ask("/fn/register", { method: "POST", body: "x".repeat(8 * 2 ** 20 + 1) });
    expect(big.status).toBe(413);
  });
});

describe("DELETE /fn/remove", () => {
  test("removes by URL", async () => {
    const removed: string[] = [];
    const api = await startApiServer({ engine: { removeApp: async (url) => void removed.push(url) } });
    const url = "http://localhost:3000/api/inngest?x=1";
    expect((await api.ask(`/fn/remove?url=${encodeURIComponent(url)}`, { method: "DELETE" })).status).toBe(200);
    expect(removed).toEqual([url]);
    expect((await api.ask("/fn/remove", { method: "DELETE" })).status).toBe(400);
  });

  test("an app that is not there", async () => {
    const api = await startApiServer({ engine: { removeApp: rejecting("app_not_found") } });
    expect((await api.ask("/fn/remove?url=http://x", { method: "DELETE" })).status).toBe(404);
  });
});

describe("POST /invoke/:slug", () => {
  test("starts the function, also without a body", async () => {
    const asked: unknown[] = [];
    const invoke: Engine["invoke"] = async (request) => {
      asked.push(request);
      return { eventId: "EVENT", runId: "RUN", outcome: "started" };
    };
    const api = await startApiServer({ engine: { invoke } });
    const response = await api.post("/invoke/rec%2Dhello", { data: { who: "invoke" } });
    expect(await response.json()).toEqual({ id: "EVENT", status: 200, run_id: "RUN", outcome: "started" });
    expect((await api.ask("/invoke/rec-hello", { method: "POST" })).status).toBe(200);
    expect(asked).toEqual([
      { slug: "rec-hello", body: { data: { who: "invoke" } } },
      { slug: "rec-hello", body: {} },
    ]);
  });

  test("an unknown function, and a body that is not JSON", async () => {
    const api = await startApiServer({ engine: { invoke: rejecting("unknown_function") } });
    const unknown = await api.post("/invoke/nope", {});
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({
      error: "what went wrong",
      code: "unknown_function",
      data: null,
      status: 404,
    });
    expect((await api.ask("/invoke/nope", { method: "POST", body: "{" })).status).toBe(400);
  });
});

describe("checkpoints", () => {
  test("saved: 200 and nothing else, as in the recordings", async () => {
    const saved: unknown[] = [];
    const api = await startApiServer({ engine: { checkpoint: async (...args) => void saved.push(args) } });
    const response = await api.post(`/v1/checkpoint/${runId}/async`, { steps: [] });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(saved).toEqual([[runId, { steps: [] }]]);
  });

  test.each([
    ["stale_call", 409],
    ["output_too_large", 413],
    ["state_too_large", 413],
    ["invalid_request", 400],
  ] as const)("%s: %i", async (code, status) => {
    const api = await startApiServer({ engine: { checkpoint: rejecting(code) } });
    const response = await api.post(`/v1/checkpoint/${runId}/async`, {});
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: "what went wrong", code, data: { run_id: runId }, status });
  });

  test("bad run id, bad body", async () => {
    const api = await startApiServer();
    expect((await api.post("/v1/checkpoint/nonsense/async", {})).status).toBe(400);
    const response = await api.ask(`/v1/checkpoint/${runId}/async`, { method: "POST", body: "" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/empty/), data: { run_id: runId } });
  });

  test.each([
    ["POST", "/v1/checkpoint"],
    ["POST", "/v1/http/runs"],
    ["POST", `/v1/checkpoint/${runId}/steps`],
    ["GET", `/v1/checkpoint/${runId}/output?token=x`],
    ["GET", `/v1/http/runs/${runId}/output`],
    ["POST", "/v1/realtime/token"],
    ["GET", "/v1/realtime/connect?token=x"],
    ["POST", "/v1/realtime/publish/tee?channel=c"],
    ["POST", "/v0/connect/start"],
    ["GET", "/v0/connect/envs/prod/conns"],
    ["POST", "/v1/traces/userland"],
    ["GET", "/v1/prom/prod"],
    ["POST", "/v1/webhooks"],
    ["POST", "/v0/gql"],
  ])("%s %s is not built, and says so", async (method, path) => {
    const api = await startApiServer();
    const response = await api.ask(path, { method });
    expect(response.status).toBe(501);
    const json = (await response.json()) as { error: string };
    expect(json).toMatchObject({ code: "not_implemented", status: 501 });
    expect(json.error).toMatch(/^(?:GET|POST) \/.* belongs to .*\.$/);
  });
});

describe("cancelling a run", () => {
  test.each([
    ["/v1/runs", 200],
    ["/v0/runs", 204],
  ])("DELETE %s/:id", async (path, status) => {
    const cancelled: string[] = [];
    const api = await startApiServer({ engine: { cancelRun: async (id) => void cancelled.push(id) } });
    const response = await api.ask(`${path}/${runId}`, { method: "DELETE" });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
    expect(cancelled).toEqual([runId]);
    expect((await api.ask(`${path}/nonsense`, { method: "DELETE" })).status).toBe(400);
  });

  test.each([
    ["run_not_found", 404],
    ["run_ended", 409],
  ] as const)("%s: %i", async (code, status) => {
    const api = await startApiServer({ engine: { cancelRun: rejecting(code) } });
    expect((await api.ask(`/v1/runs/${runId}`, { method: "DELETE" })).status).toBe(status);
    expect((await api.ask(`/v0/runs/${runId}`, { method: "DELETE" })).status).toBe(status);
  });
});

describe("/v1/apps", () => {
  const app = makeApp("rec", { url: "http://localhost:3001/api/inngest", appVersion: "7" });
  const fn = makeFunction("rec", "hello", { appId: app.id });
  const engine = { apps: () => [app, makeApp("empty")], functions: () => [fn] };

  test("lists what is served", async () => {
    const api = await startApiServer({ engine });
    const body = await (await api.ask("/v1/apps")).json();
    expect(body).toMatchObject({
      data: [
        {
          id: app.id,
          name: "rec",
          url: app.url,
          app_version: "7",
          function_count: 1,
          synced_at: new Date(app.syncedAt).toISOString(),
        },
        { name: "empty", function_count: 0 },
      ],
    });
  });

  test("functions of an app: a bare list, as in the recordings", async () => {
    const api = await startApiServer({ engine });
    expect(await (await api.ask("/v1/apps/rec/functions")).json()).toMatchObject([
      {
        internal_id: fn.id,
        app_id: app.id,
        id: "rec-hello",
        name: fn.name,
        config: { slug: "rec-hello", steps: [{ id: "step", uri: fn.url }] },
      },
    ]);
    expect(await (await api.ask("/v1/apps/empty/functions")).json()).toEqual([]);
    expect((await api.ask("/v1/apps/nope/functions")).status).toBe(404);
  });

  test("adding one by its URL", async () => {
    const api = await startApiServer({ engine: { syncUrl: async () => ({ kind: "registered", modified: false }) } });
    const url = "http://localhost:3000/api/inngest";
    expect(await (await api.post("/v1/apps", { url })).json()).toMatchObject({ data: { url, modified: false } });
  });

  test("an app that does not sync: 502, and why", async () => {
    const outcome = { kind: "failed", code: "unreachable", message: "Unable to reach SDK URL" } as const;
    const api = await startApiServer({ engine: { syncUrl: async () => outcome } });
    const response = await api.post("/v1/apps", { url: "http://localhost:1/x" });
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      error: "Unable to reach SDK URL",
      code: "sync_failed",
      data: { url: "http://localhost:1/x", code: "unreachable" },
      status: 502,
    });
  });

  test.each([{}, { url: "localhost:3000" }, { url: 5 }, { url: "http://" }, null, "x"])("no URL: %j", async (body) => {
    const api = await startApiServer();
    expect((await api.post("/v1/apps", body)).status).toBe(400);
  });
});

describe("the rest", () => {
  test("GET /dev: what SDKs look for", async () => {
    const fn = makeFunction("rec", "hello", { triggers: [{ event: "rec/hello" }], createdAt: t0 });
    const url = "http://localhost:3001/api/inngest";
    const api = await startApiServer({
      engine: {
        functions: () => [fn],
        apps: () => [makeApp("rec", { url })],
        appUrls: () => [{ url, lastOutcome: null }],
      },
    });
    expect(await (await api.ask("/dev")).json()).toMatchObject({
      version: "stepwell-1.2.3",
      authed: false,
      startOpts: { urls: [url], require_keys: false },
      functions: [{ id: fn.id, slug: "rec-hello", triggers: [{ event: "rec/hello" }] }],
      handlers: [{ name: "rec", url }],
      isSingleNodeService: true,
      isMissingSigningKey: false,
      isMissingEventKeys: false,
      features: {},
    });
  });

  test("GET /health and GET /", async () => {
    const api = await startApiServer();
    expect(await (await api.ask("/health")).json()).toEqual({ status: 200, message: "OK" });
    const root = (await (await api.ask("/")).json()) as { routes: string[] };
    expect(root).toMatchObject({ name: "stepwell-server", version: "1.2.3", kind: "dev" });
    expect(root.routes).toContain("POST /e/:key");
  });

  test("what is not there, without the key that may stand in the path", async () => {
    const api = await startApiServer();
    const response = await api.ask("/nowhere");
    expect(response.status).toBe(404);
    expect(response.headers.get("x-inngest-server-kind")).toBe("dev");
    expect(await response.json()).toMatchObject({
      error: expect.stringMatching(/GET \/nowhere/),
      code: "not_found",
      status: 404,
    });
    expect(await (await api.ask("/e/secret-key")).text()).not.toContain("secret-key");
  });

  test("an unexpected error of a route is logged and not shown", async () => {
    const api = await startApiServer({
      engine: {
        apps: () => {
          throw new Error("inner detail");
        },
      },
    });
    const response = await api.ask("/v1/apps");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("inner detail");
    expect(api.logged.join()).toMatch(/inner detail/);
    expect(api.logged.join()).toMatch(/GET \/v1\/apps/);
  });

  test("a client that goes away in the middle of its body harms nobody", async () => {
    const api = await startApiServer({ engine: { ingest: async () => ({ ids: [] }) } });
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.write("POST /e/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{", () => resolve());
    });
    socket.resetAndDestroy();
    expect((await api.post("/e/x", [])).status).toBe(200);
  });
});
