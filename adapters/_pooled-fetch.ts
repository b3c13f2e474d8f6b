/**
 * `fetch` for requests to the engine where Node.js runs: over node:http and sockets that stay open, at a sixth of what its
 * own fetch costs. Handed to createHandler by adapters that run on Node.js; never used when the app gave a `fetch`.
 * What it does not do it leaves to fetch: redirects, proxies, a fetch that tests or tracers put in place, other runtimes.
 */
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { ApiFetch, ApiResponse } from "../src/handler/index.ts";

/** Node.js's fetch gives up after these. */
const CONNECT_MS = 10_000;
const IDLE_MS = 300_000;
/** Runtimes that imitate node:http, over a fetch of their own. */
const OTHERS = ["Bun", "Deno", "WebSocketPair", "EdgeRuntime"];

interface Http {
  Agent: new (options: { keepAlive: boolean }) => Agent;
  request(options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest;
}

interface Pool {
  http: Http;
  agent: Agent;
}

interface Runtime {
  process?: { getBuiltinModule?: (name: string) => object | undefined };
  [key: string | symbol]: object | undefined;
}

const runtime = globalThis as unknown as Runtime;
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");
const isNode = !OTHERS.some((name) => name in runtime);
const pools = new Map<string, Pool | null>();
/** Where origins lead; an app speaks to one engine. */
const targets = new Map<string, RequestOptions>();
const MAX_TARGETS = 16;
const encoder = new TextEncoder();
/** The fetch that was looked at last, and whether it is Node.js's own: its source costs more to read than all else here. */
let seen: typeof globalThis.fetch | null = null;
let isOwn = false;

export const pooledFetch: ApiFetch = async (url, init) => {
  const pool = isNode && isPlain(globalThis.fetch) ? poolFor(url.slice(0, url.indexOf(":"))) : null;
  return (pool && (await send(pool, url, init))) ?? globalThis.fetch(url, init);
};

/** Whether fetch is Node.js's own, and reaches the network by itself. */
function isPlain(fetch: typeof globalThis.fetch): boolean {
  if (fetch !== seen) {
    seen = fetch;
    isOwn = /fetchImpl|undici/.test(Function.prototype.toString.call(fetch));
  }
  return isOwn && (runtime[DISPATCHER]?.constructor.name ?? "Agent") === "Agent";
}

/** What node:http makes of an address, the part up to its path worked out once. */
function targetOf(url: string): RequestOptions {
  const pathAt = url.indexOf("/", url.indexOf("://") + 3);
  if (pathAt === -1) return targetOf(new URL(url).href);
  const origin = url.slice(0, pathAt);
  let target = targets.get(origin);
  if (target === undefined) {
    const { protocol, hostname, port, username, password } = new URL(url);
    const auth = username === "" ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
    // Node.js writes an address of version 6 without brackets.
    target = { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port, ...auth };
    if (targets.size >= MAX_TARGETS) targets.clear();
    targets.set(origin, target);
  }
  return { ...target, path: url.slice(pathAt) };
}

function poolFor(scheme: string): Pool | null {
  let pool = pools.get(scheme);
  if (pool === undefined) {
    // The name is put together, so that no bundler takes it for an import.
    const http = runtime.process?.getBuiltinModule?.(`node:${scheme}`) as Http | undefined;
    pool = http ? { http, agent: new http.Agent({ keepAlive: true }) } : null;
    pools.set(scheme, pool);
  }
  return pool;
}

/** @returns null for a redirect. Sockets keep the process alive while a request is under way, and not after it. */
function send({ http, agent }: Pool, url: string, init: Parameters<ApiFetch>[1]): Promise<ApiResponse | null> {
  const { method, headers, body = "" } = init;
  const length = body === "" ? {} : { "content-length": encoder.encode(body).length };
  const options = { ...targetOf(url), method, agent, headers: { ...headers, ...length }, timeout: IDLE_MS };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const { statusCode: status = 0 } = response;
      const redirects = status > 300 && status < 400 && response.headers.location !== undefined;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(redirects ? null : toResponse(status, text)));
      response.on("error", reject);
    });
    const giveUp = (): void => void request.destroy(new Error("the server took too long"));
    request.on("error", reject);
    request.on("timeout", giveUp);
    request.on("socket", (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(giveUp, CONNECT_MS);
      for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
    });
    request.end(body);
  });
}

function toResponse(status: number, text: string): ApiResponse {
  return {
    status,
    ok: status >= 200 && status < 300,
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
  };
}
