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
  request(url: string, options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest;
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

export const pooledFetch: ApiFetch = async (url, init) => {
  const pool = isNode && isPlain(globalThis.fetch) ? poolFor(url.slice(0, url.indexOf(":"))) : null;
  return (pool && (await send(pool, url, init))) ?? globalThis.fetch(url, init);
};

/** Whether fetch is Node.js's own, and reaches the network by itself. */
function isPlain(fetch: typeof globalThis.fetch): boolean {
  const dispatcher = runtime[DISPATCHER]?.constructor.name ?? "Agent";
  return dispatcher === "Agent" && /fetchImpl|undici/.test(Function.prototype.toString.call(fetch));
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
  const length = body === "" ? {} : { "content-length": new TextEncoder().encode(body).length };
  const options = { method, agent, headers: { ...headers, ...length }, timeout: IDLE_MS };
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
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
