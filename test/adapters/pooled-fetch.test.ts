import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pooledFetch } from "../../adapters/_pooled-fetch.ts";
import { Inngest } from "../../src/index.ts";
import { eventually } from "../helpers/eventually.ts";

const DISPATCHER = Symbol.for("undici.globalDispatcher.1");
const json = { "content-type": "application/json" };

let server: Server;
let url: string;
let connections: number;
let answer: RequestListener;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => answer(request, response));
  server.on("connection", (socket) => {
    connections++;
    socket.unref();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  answer = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method, url: path, headers } = request;
    response.writeHead(201, json).end(JSON.stringify({ method, path, body, headers }));
  };
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Only fetch says this of itself. */
const sentByFetch = async (): Promise<boolean> => {
  const response = await pooledFetch(url, { method: "POST", headers: json, body: "{}" });
  return "sec-fetch-mode" in ((await response.json()) as { headers: object }).headers;
};

describe("the pooled fetch", () => {
  it("sends what fetch sends, and gives what fetch gives", async () => {
    const init = { method: "POST", headers: { ...json, authorization: "Bearer x" }, body: '{"a":"ü"}' };
    const [ours, theirs] = await Promise.all([pooledFetch, fetch].map((send) => send(`${url}/x?y=1`, init)));
    const [mine, its] = (await Promise.all([ours?.json(), theirs?.json()])) as { headers: Record<string, string> }[];
    expect(mine).toMatchObject({ method: "POST", path: "/api/x?y=1", body: '{"a":"ü"}' });
    expect({ ...mine, headers: null }).toEqual({ ...its, headers: null });
    for (const name of ["authorization", "content-type", "content-length", "host"]) {
      expect(mine?.headers[name], name).toBe(its?.headers[name]);
    }
    expect([ours?.status, ours?.ok]).toEqual([201, true]);
  });

  it("sends a GET without a body, and says what the status is", async () => {
    answer = (request, response) => response.writeHead(404).end(request.headers["content-length"] ?? "none");
    const response = await pooledFetch(url, { method: "GET", headers: {} });
    expect([response.status, response.ok, await response.text()]).toEqual([404, false, "none"]);
  });

  it("reaches an address without a path, and with a name and a password", async () => {
    const { origin, host } = new URL(url);
    const seen: unknown[] = [];
    for (const address of [origin, `http://me:p%40ss@${host}/x`, `${origin}/y`]) {
      const { path, headers } = (await (await pooledFetch(address, { method: "GET", headers: {} })).json()) as {
        path: string;
        headers: { authorization?: string; host: string };
      };
      seen.push([path, headers.host, headers.authorization]);
    }
    const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(seen).toEqual([
      ["/", host, undefined],
      ["/x", host, basic],
      ["/y", host, undefined],
    ]);
  });

  it("keeps its socket for the next request, and does not keep the process alive with it", async () => {
    const open = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
    const before = open();
    for (let i = 0; i < 3; i++) expect(await sentByFetch()).toBe(false);
    expect(connections).toBe(1);
    await eventually("the sockets to close", () => open() === before || null);
  });

  it("follows a redirect, with method and body where fetch keeps them", async () => {
    const whole = answer;
    answer = (request, response) => {
      if (request.url !== "/api") return whole(request, response);
      response.writeHead(307, { location: "/elsewhere" }).end();
    };
    const response = await pooledFetch(url, { method: "PUT", headers: json, body: "{}" });
    expect(await response.json()).toMatchObject({ method: "PUT", path: "/elsewhere", body: "{}" });
  });

  it("rejects when nobody listens, and when the server hangs up before or within the answer", async () => {
    answer = (request) => request.socket.destroy();
    await expect(pooledFetch(url, { method: "POST", headers: {}, body: "{}" })).rejects.toThrow();
    answer = (request, response) => {
      response.writeHead(200, { "content-length": 100 }).write("{", () => request.socket.destroy());
    };
    await expect(pooledFetch(url, { method: "POST", headers: {}, body: "{}" })).rejects.toThrow();
    await expect(pooledFetch("http://127.0.0.1:1/", { method: "GET", headers: {} })).rejects.toThrow("ECONNREFUSED");
  });

  it("gives up on a server that does not answer, after the 300 s that fetch gives it", async () => {
    answer = () => {};
    const { setTimeout } = Socket.prototype;
    vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (this: Socket, ms, callback) {
      return setTimeout.call(this, ms === 300_000 ? 1 : ms, callback);
    });
    await expect(pooledFetch(url, { method: "GET", headers: {} })).rejects.toThrow("took too long");
  });

  it("gives up on a connection that does not come about, after the 10 s that fetch gives it", async () => {
    vi.spyOn(Socket.prototype, "connect").mockImplementation(function (this: Socket) {
      return Object.assign(this, { connecting: true });
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const sent = pooledFetch(url, { method: "GET", headers: {} });
    const refused = expect(sent).rejects.toThrow("took too long");
    await vi.advanceTimersByTimeAsync(9_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await refused;
  });

  it("leaves it to fetch when fetch was replaced, or goes through a proxy", async () => {
    expect(await sentByFetch()).toBe(false);
    const { fetch } = globalThis;
    const replaced = vi.fn((...args: Parameters<typeof fetch>) => fetch(...args));
    vi.stubGlobal("fetch", replaced);
    expect(await sentByFetch()).toBe(true);
    expect(replaced).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
    class ProxyAgent {}
    const shared = globalThis as unknown as Record<symbol, object | undefined>;
    const own = shared[DISPATCHER];
    shared[DISPATCHER] = new ProxyAgent();
    try {
      await expect(sentByFetch()).rejects.toThrow();
    } finally {
      shared[DISPATCHER] = own;
    }
  });

  it("leaves it to fetch where there is no node:http to ask for", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    vi.resetModules();
    const fresh = await import("../../adapters/_pooled-fetch.ts");
    const response = await fresh.pooledFetch(url, { method: "GET", headers: {} });
    expect(((await response.json()) as { headers: object }).headers).toHaveProperty("sec-fetch-mode");
  });
});

describe("requests to the engine go through it", () => {
  const onNode = ["astro", "digitalocean", "express", "h3", "koa", "lambda", "netlify", "next", "nitro", "node"];
  const more = ["edge", "fetch", "hono", "nuxt", "redwood", "remix", "sveltekit"];
  const elsewhere = ["bun", "cloudflare", "deno", "deno-fresh"];
  const clientOf = async (adapter: string, fetch?: typeof globalThis.fetch): Promise<Inngest> => {
    const client = new Inngest({ id: "app", isDev: true, ...(fetch && { fetch }) });
    const { serve } = (await import(`../../adapters/${adapter}.ts`)) as { serve(options: object): unknown };
    serve({ client, functions: [], serveOrigin: "https://app.test" });
    return client;
  };

  it.each([...onNode, ...more])(
    "of an app that stepwell/%s serves, unless it has a fetch of its own",
    async (adapter) => {
      expect((await clientOf(adapter)).apiFetch.name).toBe("pooledFetch");
      const own = vi.fn<typeof fetch>();
      expect((await clientOf(adapter, own)).apiFetch).toBe(own);
    },
  );

  it.each(elsewhere)("but not of one that stepwell/%s serves, which runs elsewhere", async (adapter) => {
    expect((await clientOf(adapter)).apiFetch.name).not.toBe("pooledFetch");
  });
});
