import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setUp, URL_ } from "../set-up-app.ts";

afterEach(() => vi.unstubAllEnvs());

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

  describe("in cloud mode", () => {
    const registeredAs = async (
      headers: Record<string, string>,
      options: Parameters<typeof setUp>[0] = {},
      url = "https://app.test/api/inngest",
    ): Promise<string | number> => {
      const urls: string[] = [];
      const { request } = setUp({
        ...options,
        fetch: async (_url, init) => {
          urls.push(JSON.parse(String(init?.body)).url);
          return Response.json({ ok: true, modified: true });
        },
      });
      const response = await request("PUT", url, "", headers);
      return urls[0] ?? response.status;
    };
    const forged = { host: "app.test", "x-forwarded-host": "attacker.test", "x-forwarded-proto": "http" };

    it("a stranger's word about the host counts for nothing", async () => {
      expect(await registeredAs(forged)).toBe(400);
      expect(await registeredAs({ host: "attacker.test" })).toBe(400);
      expect(await registeredAs(forged, {}, "http://127.0.0.1:3000/api/inngest")).toBe(400);
      const local = { host: "127.0.0.1:3000", "x-forwarded-host": "attacker.test" };
      expect(await registeredAs(local, {}, "http://127.0.0.1:3000/x")).toBe("http://127.0.0.1:3000/x");
    });

    it("the host counts where a platform or the owner sets it", async () => {
      const proxied = "http://attacker.test/api/inngest";
      expect(await registeredAs(forged, { serve: { trustProxy: true } })).toBe(proxied);
      expect(await registeredAs(forged, { serve: { serveOrigin: "https://told.test" } })).toBe(
        "https://told.test/api/inngest",
      );
      vi.stubEnv("INNGEST_TRUST_PROXY", "1");
      expect(await registeredAs(forged)).toBe(proxied);
      expect(await registeredAs(forged, { serve: { trustProxy: false } })).toBe(400);
      vi.stubEnv("INNGEST_TRUST_PROXY", "");
      vi.stubEnv("VERCEL", "1");
      expect(await registeredAs({ host: "shop.vercel.app" })).toBe("https://shop.vercel.app/api/inngest");
    });
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
