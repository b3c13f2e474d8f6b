import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHandler, type HandlerResponse, type ServeOptions } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { canonicalJson, signBody, verifySignature } from "../../src/signing/index.ts";

const KEY = "signkey-prod-00112233445566778899aabbccddeeff";
const FALLBACK = "signkey-prod-ffeeddccbbaa99887766554433221100";
const URL_ = "https://app.test/api/inngest";
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const event = { name: "e", data: {}, id: "1", ts: 1 };
const frame = {
  event,
  events: [event],
  steps: {},
  ctx: {
    run_id: "r1",
    attempt: 0,
    disable_immediate_execution: false,
    use_api: false,
    stack: { stack: [], current: 0 },
  },
};

afterEach(() => vi.unstubAllEnvs());

function setUp(
  options: {
    isDev?: boolean;
    key?: boolean;
    serve?: Partial<ServeOptions>;
    fetch?: typeof fetch;
    handler?: (c: never) => unknown;
  } = {},
) {
  const logs: string[] = [];
  const log = (...args: unknown[]): void => void logs.push(args.join(" "));
  const client = new Inngest({
    id: "app",
    isDev: options.isDev ?? false,
    eventKey: "event-key",
    ...(options.key === false ? {} : { signingKey: KEY, signingKeyFallback: FALLBACK }),
    logger: { ...silent, warn: log, error: log },
    fetch: options.fetch ?? (async () => new Response("{}")),
  });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, (options.handler ?? (() => "done")) as never);
  const handle = createHandler("test", { client, functions: [fn], ...options.serve });
  const request = (
    method: string,
    url = URL_,
    body = "",
    headers: Record<string, string> = {},
  ): Promise<HandlerResponse> =>
    handle({ method, url, headers: { get: (name) => headers[name] ?? null }, text: async () => body });
  const call = async (body: unknown, key: string | null = KEY, nowMs = Date.now()): Promise<HandlerResponse> => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const headers: Record<string, string> =
      key === null
        ? {}
        : { "x-inngest-signature": await signBody(key, text === "" ? "" : canonicalJson(JSON.parse(text)), nowMs) };
    return request("POST", `${URL_}?fnId=app-f&stepId=step`, text, headers);
  };
  return { request, call, logs, client };
}

describe("signatures in cloud mode", () => {
  it("answers a signed call, and signs the answer with the key that signed", async () => {
    for (const key of [KEY, FALLBACK]) {
      const response = await setUp().call(frame, key);
      expect([response.status, response.body]).toEqual([200, '"done"']);
      const header = response.headers["x-inngest-signature"];
      expect(await verifySignature({ header, body: response.body, keys: [key], nowMs: Date.now() })).toEqual({
        ok: true,
        key,
      });
    }
  });

  it.each([
    ["none", null, 0],
    ["a wrong one", "signkey-prod-abcd", 0],
    ["an old one", KEY, -400_000],
    ["a future one", KEY, 400_000],
  ])("refuses a call with %s, and says nothing about the app", async (_what, key, offsetMs) => {
    const { call, logs } = setUp();
    const response = await call(frame, key, Date.now() + offsetMs);
    expect([response.status, response.body]).toEqual([401, '{"message":"Unauthorized"}']);
    expect(Object.keys(response.headers)).toEqual(["content-type", "x-inngest-sdk-handled", "server-timing"]);
    expect(logs.length).toBe(1);
    expect(logs.join()).not.toContain("00112233");
  });

  it("refuses everything without a signing key", async () => {
    const { request, logs } = setUp({ key: false });
    for (const method of ["GET", "PUT", "POST", "DELETE"]) {
      const response = await request(method);
      expect([response.status, response.body]).toEqual([500, '{"code":"internal_server_error"}']);
    }
    expect(logs[0]).toContain("INNGEST_SIGNING_KEY");
  });

  it("introspects only for who signs", async () => {
    const { request } = setUp({ serve: { serveOrigin: "https://x.test", servePath: "/p" } });
    expect((await request("GET")).status).toBe(401);
    const signature = await signBody(KEY, "", Date.now());
    const response = await request("GET", URL_, "", { "x-inngest-signature": signature });
    const body = JSON.parse(response.body);
    expect(body).toMatchObject({
      authentication_succeeded: true,
      app_id: "app",
      mode: "cloud",
      function_count: 1,
      serve_origin: "https://x.test",
      serve_path: "/p",
      sdk_language: "js",
    });
    expect(body.signing_key_hash).toMatch(/^[0-9a-f]{12}$/);
    expect(response.body).not.toContain("00112233");
    expect(response.body).not.toContain("event-key");
  });

  it("syncs in band only for who signs, with language and version", async () => {
    const { request } = setUp();
    const body = JSON.stringify({ url: "https://seen.test/api/inngest" });
    const sync = { "x-inngest-sync-kind": "in_band" };
    expect((await request("PUT", URL_, body, sync)).status).toBe(401);
    const response = await request("PUT", URL_, body, {
      ...sync,
      "x-inngest-signature": await signBody(KEY, body, Date.now()),
    });
    const answer = JSON.parse(response.body);
    expect(answer).toMatchObject({ sdk_language: "js", url: "https://seen.test/api/inngest" });
    expect(answer.functions[0].steps.step.runtime.url).toBe("https://seen.test/api/inngest?fnId=app-f&stepId=step");
  });

  it("registers for anyone, unless told otherwise", async () => {
    expect((await setUp().request("PUT")).status).toBe(200);
    expect((await setUp({ serve: { enableUnauthedSync: false } }).request("PUT")).status).toBe(401);
    vi.stubEnv("INNGEST_ENABLE_UNAUTHED_SYNC", "false");
    expect((await setUp().request("PUT")).status).toBe(401);
  });

  it("answers probes", async () => {
    const { request } = setUp();
    const headers = { "x-inngest-signature": await signBody(KEY, "", Date.now()) };
    const trust = await request("POST", `${URL_}?probe=trust`, "", headers);
    expect([trust.status, trust.body]).toEqual([200, ""]);
    expect(trust.headers["x-inngest-signature"]).toBeDefined();
    const other = await request("POST", `${URL_}?probe=x`, "", headers);
    expect([other.status, JSON.parse(other.body).message]).toEqual([400, 'Unknown probe "x"']);
    expect((await request("POST", `${URL_}?probe=trust`)).status).toBe(401);
  });
});

describe("calls", () => {
  it.each([
    ["{", "the body is not JSON"],
    ["[]", "`ctx` is missing"],
    ["null", "the body is not an object"],
    [JSON.stringify({ ...frame, event: undefined }), "`event` is missing"],
    [JSON.stringify({ ...frame, steps: [] }), "`steps` is not an object"],
    [JSON.stringify({ ...frame, version: 0 }), "version 0"],
    [JSON.stringify({ ...frame, ctx: { ...frame.ctx, run_id: 1 } }), "`ctx.run_id`"],
    [JSON.stringify({ ...frame, ctx: { ...frame.ctx, attempt: "0" } }), "`ctx.attempt`"],
  ])("answers 500 to %s", async (body, message) => {
    const response = await setUp({ isDev: true }).request("POST", `${URL_}?fnId=app-f&stepId=step`, body);
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body)).toMatchObject({ type: "internal", message: expect.stringContaining(message) });
    expect(response.headers["x-inngest-no-retry"]).toBeUndefined();
  });

  it("answers 401 without a body, and 500 without a function", async () => {
    const { request } = setUp({ isDev: true });
    expect((await request("POST", `${URL_}?fnId=app-f&stepId=step`)).status).toBe(401);
    expect(JSON.parse((await request("POST", URL_, "{}")).body).message).toContain("No function ID found");
  });

  it("echoes what the engine wants back", async () => {
    const { request } = setUp({ isDev: true });
    const headers = { traceparent: "00-a-b-01", tracestate: "x=y", "x-inngest-server-kind": "dev" };
    const response = await request("POST", `${URL_}?fnId=app-f&stepId=step`, JSON.stringify(frame), headers);
    expect(response.headers).toMatchObject({
      traceparent: "00-a-b-01",
      tracestate: "x=y",
      "x-inngest-expected-server-kind": "dev",
    });
  });

  it("gives the handler its context", async () => {
    const { call } = setUp({
      isDev: true,
      handler: ({ runId, attempt, maxAttempts, event: first, events }: Record<string, never>) => ({
        runId,
        attempt,
        maxAttempts,
        first,
        events,
      }),
    });
    const response = await call({ ...frame, ctx: { ...frame.ctx, attempt: 1, max_attempts: 4 } }, null);
    expect(JSON.parse(response.body)).toEqual({
      runId: "r1",
      attempt: 1,
      maxAttempts: 4,
      first: event,
      events: [event],
    });
  });

  it("fetches state that was too big to send, with the fallback key when the first is refused", async () => {
    const seen: string[] = [];
    const fetcher: typeof fetch = async (url, init) => {
      const { authorization } = (init?.headers ?? {}) as Record<string, string>;
      seen.push(`${new URL(String(url)).pathname} ${authorization?.slice(0, 30)}`);
      if (seen.length <= 2) return new Response("no", { status: 401 });
      return new Response(JSON.stringify(String(url).endsWith("/batch") ? [{ ...event, name: "fetched" }] : {}));
    };
    const { call } = setUp({
      fetch: fetcher,
      handler: ({ event: { name } }: { event: { name: string } }) => name as never,
    });
    const response = await call({ ...frame, events: [], ctx: { ...frame.ctx, use_api: true } });
    expect(response.body).toBe('"fetched"');
    expect(seen.length).toBe(4);
    expect(new Set(seen).size).toBe(4);
  });

  it("answers 500 when that state cannot be had", async () => {
    const { call } = setUp({ fetch: async () => new Response("gone", { status: 410 }) });
    const response = await call({ ...frame, use_api: true });
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body).message).toContain("Failed to fetch the run's state");
  });

  it("fails a step or function for good whose result JSON cannot hold", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const fn = await setUp({ isDev: true, handler: () => cyclic }).call(frame, null);
    expect([fn.status, fn.headers["x-inngest-no-retry"]]).toEqual([400, "true"]);
    expect(JSON.parse(fn.body).message).toContain("cannot be written as JSON");
    const step = await setUp({
      isDev: true,
      handler: (({ step }: { step: { run(id: string, fn: () => unknown): unknown } }) =>
        step.run("s", () => 1n)) as never,
    }).call(frame, null);
    expect([step.status, step.headers["x-inngest-no-retry"]]).toEqual([206, "true"]);
    expect(JSON.parse(step.body)[0]).toMatchObject({ op: "StepFailed", error: { name: "NonRetriableError" } });
  });
});

describe("syncs", () => {
  it("registers with a real engine's answer over HTTP, deploy id included", async () => {
    const requests: { url: string; headers: Record<string, unknown>; body: Record<string, unknown> }[] = [];
    const server = createServer((req, res) => {
      let text = "";
      req.on("data", (chunk) => {
        text += chunk;
      });
      req.on("end", () => {
        requests.push({ url: req.url ?? "", headers: req.headers, body: JSON.parse(text) });
        res.end(JSON.stringify({ ok: true, modified: true }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const response = await setUp({
      serve: { baseUrl, fetch: globalThis.fetch, serveHost: "http://seen.test:81", servePath: "/x" },
    }).request("PUT", `${URL_}?deployId=d%201`);
    server.close();
    expect(JSON.parse(response.body)).toEqual({ message: "Successfully registered", modified: true });
    expect(requests[0]?.url).toBe("/fn/register?deployId=d%201");
    expect(requests[0]?.body).toMatchObject({
      url: "http://seen.test:81/x?deployId=d%201",
      deployId: "d 1",
      appName: "app",
    });
    expect(requests[0]?.headers["authorization"]).toMatch(/^Bearer signkey-prod-[0-9a-f]{64}$/);
  });

  it("sends no authorization without a key, and says when the engine cannot be reached", async () => {
    const headers: unknown[] = [];
    const { request } = setUp({
      isDev: true,
      key: false,
      fetch: async (_url, init) => {
        headers.push(init?.headers);
        throw new TypeError("fetch failed");
      },
    });
    const response = await request("PUT");
    expect(response.status).toBe(500);
    expect(JSON.parse(response.body)).toEqual({
      message: expect.stringMatching(/^Failed to register; .*npx stepwell dev/),
      modified: false,
    });
    expect(JSON.stringify(headers)).not.toContain("authorization");
  });

  it("passes an engine's refusal on", async () => {
    const { request } = setUp({
      isDev: true,
      fetch: async () => new Response('{"error":"bad key","status":403}', { status: 403 }),
    });
    const response = await request("PUT");
    expect([response.status, JSON.parse(response.body).message]).toEqual([403, "bad key"]);
    const html = setUp({ isDev: true, fetch: async () => new Response("<html>") });
    expect(JSON.parse((await html.request("PUT")).body).message).toContain("not JSON");
  });

  it.each([['{"url":5}'], ['{"url":"http://x","more":1}'], ["nonsense"], ['{"url":"not an address"}']])(
    "refuses %s in band",
    async (body) => {
      const { request } = setUp({ isDev: true });
      const response = await request("PUT", URL_, body, { "x-inngest-sync-kind": "in_band" });
      expect([response.status, JSON.parse(response.body).code]).toEqual([400, "invalid_request"]);
    },
  );

  it("answers 500 to an in-band sync without a body, and can have those switched off", async () => {
    const { request } = setUp({ isDev: true });
    const headers = { "x-inngest-sync-kind": "in_band" };
    expect((await request("PUT", URL_, "", headers)).status).toBe(500);
    vi.stubEnv("INNGEST_ALLOW_IN_BAND_SYNC", "false");
    expect((await request("PUT", URL_, "", headers)).headers["x-inngest-sync-kind"]).toBe("out_of_band");
  });
});
