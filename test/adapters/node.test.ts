/** What only the adapter for Node.js has: a server of its own, and answers that callers leave before their end. */
import { createServer as createHttpServer, get, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createServer, readRequestBody, serve } from "../../adapters/node.ts";
import { Inngest } from "../../src/index.ts";
import { eventually } from "../helpers/eventually.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const event = { name: "e", data: {}, id: "1", ts: 1 };
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

function app(handler: () => unknown = () => "done") {
  const client = new Inngest({ id: "app", isDev: true, logger: silent });
  return { client, functions: [client.createFunction({ id: "f", triggers: { event: "e" } }, handler)] };
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("createServer", () => {
  it("answers 404 outside its path, which servePath moves", async () => {
    const base = await listen(createServer({ ...app(), servePath: "/jobs" }));
    const elsewhere = await fetch(`${base}/api/inngest`);
    expect([elsewhere.status, await elsewhere.json()]).toEqual([
      404,
      { message: "Not found. Functions are served at /jobs." },
    ]);
    expect((await fetch(`${base}/jobs?x=1`)).status).toBe(200);
  });

  it("serves at /api/inngest, and outlives a caller that hangs up in mid-body", async () => {
    const base = await listen(createServer(app()));
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1", () => {
        socket.write(`POST /api/inngest${query} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"ev`, () =>
          socket.destroy(),
        );
      });
      socket.on("close", () => resolve());
    });
    const answer = await fetch(`${base}/api/inngest${query}`, { method: "POST", body: frame });
    expect([answer.status, await answer.text()]).toEqual([200, '"done"']);
  });
});

describe("streamed answers over a socket", () => {
  it("begin before the function has ended", async () => {
    let end: (value: string) => void = () => {};
    const base = await listen(
      createHttpServer(serve({ ...app(() => new Promise((resolve) => (end = resolve))), streaming: true })),
    );
    const answer = await fetch(`${base}/${query}`, { method: "POST", body: frame });
    expect(answer.status).toBe(201);
    await eventually("the function's start", () => (end.length === 1 ? true : null));
    end("late");
    expect(JSON.parse(await answer.text())).toMatchObject({ status: 200, body: '"late"' });
  });

  it("stop for a caller that hangs up, whose end the function then does not notice", async () => {
    let end: (value: string) => void = () => {};
    let ended = false;
    const closed: Promise<void>[] = [];
    const listener = serve({
      ...app(async () => {
        await new Promise((resolve) => (end = resolve));
        ended = true;
      }),
      streaming: true,
    });
    const base = await listen(
      createHttpServer((req, res) => {
        closed.push(new Promise((resolve) => res.on("close", resolve)));
        listener(req, res);
      }),
    );
    const controller = new AbortController();
    const answer = await fetch(`${base}/${query}`, { method: "POST", body: frame, signal: controller.signal });
    controller.abort();
    await expect(answer.text()).rejects.toThrow();
    await closed[0];
    end("nobody hears");
    await eventually("the function's end", () => (ended ? true : null));
    expect((await fetch(`${base}/`)).status).toBe(200);
  });
});

describe("readRequestBody", () => {
  async function bodyOf(maxBytes?: number, readBefore = false): Promise<string> {
    const base = await listen(
      createHttpServer(async (req, res) => {
        if (readBefore) for await (const _ of req);
        res.end(await readRequestBody(req, maxBytes));
      }),
    );
    return (await fetch(base, { method: "POST", body: "x".repeat(300_000) })).text();
  }

  it("reads all, stops early, and finds nothing in what has been read", async () => {
    expect((await bodyOf()).length).toBe(300_000);
    const some = (await bodyOf(10)).length;
    expect(some).toBeGreaterThan(10);
    expect(some).toBeLessThan(300_000);
    expect(await bodyOf(10, true)).toBe("");
  });

  it("rejects when the caller hangs up", async () => {
    let failure: unknown = null;
    const base = await listen(
      createHttpServer((req) => {
        readRequestBody(req).catch((error: unknown) => {
          failure = error;
        });
      }),
    );
    const socket = connect(Number(new URL(base).port), "127.0.0.1", () => {
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab", () => socket.destroy());
    });
    expect(String(await eventually("the failure", () => failure))).toMatch(/hung up|aborted/);
  });
});

it("answers HEAD as no method of the protocol", async () => {
  const base = await listen(createHttpServer(serve(app())));
  const status = await new Promise((resolve) => {
    get(base, { method: "HEAD" }, (response) => resolve(response.statusCode)).on("error", resolve);
  });
  expect(status).toBe(405);
});
