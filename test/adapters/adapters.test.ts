import { createServer as createHttpServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import * as edge from "../../adapters/edge.ts";
import * as fetchAdapter from "../../adapters/fetch.ts";
import * as hono from "../../adapters/hono.ts";
import * as node from "../../adapters/node.ts";
import { Inngest } from "../../src/index.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const event = { name: "e", data: { who: "ü" }, id: "1", ts: 1 };
const frame = JSON.stringify({
  event,
  events: [event],
  steps: {},
  ctx: {
    run_id: "r",
    attempt: 0,
    disable_immediate_execution: false,
    use_api: false,
    stack: { stack: [], current: 0 },
  },
});
const query = "?fnId=app-f&stepId=step";

function app(registered: string[] = []) {
  const client = new Inngest({
    id: "app",
    isDev: true,
    logger: silent,
    fetch: async (_url, init) => {
      registered.push(JSON.parse(String(init?.body)).url);
      return new Response('{"ok":true,"modified":false}');
    },
  });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, ({ event: { data } }) => ({ hello: data.who }));
  return { client, functions: [fn] };
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Send = (method: string, path: string, body?: string) => Promise<Response>;
const viaRequest =
  (handler: (request: Request) => Promise<Response> | Response): Send =>
  async (method, path, body) =>
    handler(new Request(`http://app.test${path}`, { method, ...(body === undefined ? {} : { body }) }));

const adapters: Record<string, (registered: string[]) => Promise<{ send: Send; name: string }>> = {
  fetch: async (registered) => ({ send: viaRequest(fetchAdapter.serve(app(registered))), name: "fetch" }),
  edge: async (registered) => ({ send: viaRequest(edge.serve(app(registered))), name: "edge" }),
  hono: async (registered) => {
    const web = new Hono();
    web.on(["GET", "PUT", "POST"], "/api/inngest", hono.serve(app(registered)));
    return { send: viaRequest((request) => web.fetch(request)), name: "hono" };
  },
  "node createServer": async (registered) => {
    const base = await listen(node.createServer(app(registered)));
    return {
      send: (method, path, body) => fetch(base + path, { method, ...(body === undefined ? {} : { body }) }),
      name: "nodejs",
    };
  },
  "node serve with a parsed body": async (registered) => {
    const listener = node.serve(app(registered));
    const server = createHttpServer(async (req, res) => {
      let text = "";
      for await (const chunk of req) text += chunk;
      listener(Object.assign(req, text === "" ? {} : { body: JSON.parse(text) }), res);
    });
    const base = await listen(server);
    return {
      send: (method, path, body) => fetch(base + path, { method, ...(body === undefined ? {} : { body }) }),
      name: "nodejs",
    };
  },
};

for (const [title, make] of Object.entries(adapters)) {
  describe(title, () => {
    it("calls a function, introspects and registers", async () => {
      const registered: string[] = [];
      const { send, name } = await make(registered);
      const called = await send("POST", `/api/inngest${query}`, frame);
      expect([called.status, await called.json()]).toEqual([200, { hello: "ü" }]);
      expect(called.headers.get("x-inngest-framework")).toBe(name);
      expect(called.headers.get("content-type")).toBe("application/json");
      expect(await (await send("GET", "/api/inngest")).json()).toMatchObject({ function_count: 1, mode: "dev" });
      if (title === "node serve with a parsed body") return;
      expect(await (await send("PUT", "/api/inngest")).json()).toEqual({
        message: "Successfully registered",
        modified: false,
      });
      expect(registered.length).toBe(1);
      expect(registered[0]).toMatch(/^http:\/\/(app\.test|127\.0\.0\.1:\d+)\/api\/inngest$/);
    });
  });
}

describe("fetch and edge", () => {
  it("have a handler for each method", async () => {
    for (const handler of [fetchAdapter.serve(app()), edge.serve(app())]) {
      expect((await handler.GET(new Request("http://a/"))).status).toBe(200);
      expect((await handler.POST(new Request(`http://a/${query}`, { method: "POST", body: frame }))).status).toBe(200);
      expect((await handler.PUT(new Request("http://a/", { method: "PUT" }))).status).toBe(200);
      expect((await handler(new Request("http://a/", { method: "DELETE" }))).status).toBe(405);
    }
  });
});

describe("hono", () => {
  it("takes environment variables from the runtime", async () => {
    const client = new Inngest({ id: "app", logger: silent });
    const web = new Hono();
    web.on(["GET"], "/", hono.serve({ client, functions: [] }));
    const response = await web.request("/", {}, { INNGEST_DEV: "1", INNGEST_EVENT_KEY: "k" });
    expect(await response.json()).toMatchObject({ mode: "dev", has_event_key: true });
  });
});

describe("node", () => {
  it("answers 404 outside its path, which servePath moves", async () => {
    const base = await listen(node.createServer({ ...app(), servePath: "/jobs" }));
    expect((await fetch(`${base}/api/inngest`)).status).toBe(404);
    expect((await fetch(`${base}/jobs?x=1`)).status).toBe(200);
  });

  it("works without a Host header", async () => {
    const registered: string[] = [];
    const base = await listen(node.createServer(app(registered)));
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1", () =>
        socket.write("PUT /api/inngest HTTP/1.0\r\n\r\n"),
      );
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("end", () => resolve(text));
    });
    expect(answer).toContain("200 OK");
    expect(registered).toEqual(["http://localhost/api/inngest"]);
  });

  it("believes the proxy about the scheme", async () => {
    const registered: string[] = [];
    const base = await listen(node.createServer(app(registered)));
    await fetch(`${base}/api/inngest`, { method: "PUT", headers: { "x-forwarded-proto": "https,http" } });
    expect(registered[0]).toBe(`${base.replace("http:", "https:")}/api/inngest`);
  });

  it("outlives a caller that hangs up in mid-body", async () => {
    const base = await listen(node.createServer(app()));
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1", () => {
        socket.write(`POST /api/inngest${query} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"ev`, () =>
          socket.destroy(),
        );
      });
      socket.on("close", () => resolve());
    });
    expect((await fetch(`${base}/api/inngest${query}`, { method: "POST", body: frame })).status).toBe(200);
  });
});
