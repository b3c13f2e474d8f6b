import { afterEach, describe, expect, it, vi } from "vitest";
import { signBody, verifySignature } from "../../src/signing/index.ts";
import { FALLBACK, frame, KEY, setUp, URL_ } from "./set-up-app.ts";

afterEach(() => vi.unstubAllEnvs());

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
    expect((await setUp({ serve: { serveOrigin: "https://app.test" } }).request("PUT")).status).toBe(200);
    expect((await setUp({ serve: { enableUnauthedSync: false } }).request("PUT")).status).toBe(401);
    vi.stubEnv("INNGEST_ENABLE_UNAUTHED_SYNC", "false");
    expect((await setUp().request("PUT")).status).toBe(401);
  });

  it("says once, when the app starts, that the key is missing", async () => {
    vi.useFakeTimers();
    const { logs } = setUp({ key: false });
    setUp({ key: false, isDev: true });
    expect(logs).toEqual([]);
    vi.runAllTimers();
    expect(logs).toEqual([expect.stringMatching(/INNGEST_DEV=1.*INNGEST_SIGNING_KEY/)]);
    vi.stubEnv("NEXT_PHASE", "phase-production-build");
    const building = setUp({ key: false });
    vi.runAllTimers();
    expect(building.logs).toEqual([]);
    vi.useRealTimers();
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
