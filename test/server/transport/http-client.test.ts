import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttpClient } from "../../../server/src/transport/http-client.ts";
import { freePort } from "../../helpers/free-port.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";

const now = Date.UTC(2026, 0, 1);
const closedPort = await freePort();

async function serve(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientWith(options: { timeoutMs?: number; maxBytes?: number } = {}) {
  const clock = createManualClock(now);
  const client = createHttpClient({ clock, ...options });
  onTestFinished(() => client.close());
  const send = (url: string, more: Record<string, unknown> = {}, signal = new AbortController().signal) =>
    client.send({ url, method: "GET", headers: {}, body: null, ...more }, signal);
  return { clock, send };
}

describe("the engine's own requests", () => {
  it("carry method, headers and body, and bring back what the server said", async () => {
    const url = await serve((request, body, response) => {
      response.writeHead(418, {
        "x-seen": `${request.method} ${request.headers["x-a"]}`,
        "set-cookie": ["a=1", "b=2"],
      });
      response.end(`got ${body}`);
    });
    const outcome = await clientWith().send(`${url}/x?y=1`, { method: "POST", headers: { "x-a": "1" }, body: "ü" });
    expect(outcome).toMatchObject({ kind: "answered", url: `${url}/x?y=1`, status: 418, body: "got ü", retryAt: null });
    expect(outcome).toMatchObject({ headers: { "X-Seen": "POST 1", "Set-Cookie": "a=1, b=2" } });
  });

  it("unpack answers, and drop what was said of the packed one", async () => {
    const url = await serve((_request, _body, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "retry-after": "5" }).end(gzipSync("packed"));
    });
    const outcome = await clientWith().send(url);
    expect(outcome).toMatchObject({ body: "packed", retryAt: now + 5000 });
    expect(Object.keys((outcome as { headers: object }).headers)).not.toContain("Content-Encoding");
  });

  it("follow redirects, and show no key to another host", async () => {
    const other = await serve((request, _body, response) => response.end(String(request.headers.authorization)));
    const url = await serve((_request, _body, response) => response.writeHead(302, { location: `${other}/end` }).end());
    const outcome = await clientWith().send(url, { headers: { authorization: "Bearer sk-secret" } });
    expect(outcome).toMatchObject({ url: `${other}/end`, body: "undefined" });
  });

  it.each([
    ["redirects forever", (url: string) => url, "redirected too often"],
    [
      "a host that is not there",
      () => "http://nowhere.invalid/?key=sk-secret",
      "No answer from nowhere.invalid: the host",
    ],
    ["a port that nobody listens on", () => `http://127.0.0.1:${closedPort}/`, "the connection was refused"],
    ["a port that is not allowed", () => "http://127.0.0.1:1/", "not allowed"],
    ["a url that cannot be requested", () => "http://127.0.0.1:0/", "No answer from"],
  ])("to %s fail", async (_what, where, message) => {
    const url: string = await serve((_request, _body, response) => response.writeHead(302, { location: url }).end());
    const outcome = await clientWith().send(where(url));
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining(message) });
    expect(JSON.stringify(outcome)).not.toContain("sk-secret");
  });

  it("with a header that cannot be sent fail without telling it", async () => {
    const url = await serve((_request, _body, response) => response.end());
    const outcome = await clientWith().send(url, { headers: { authorization: "Bearer sk-secret\n" + "x: 1\nüü" } });
    expect(outcome.kind).toBe("failed");
    expect(JSON.stringify(outcome)).not.toContain("sk-secret");
  });

  it("whose connection breaks fail", async () => {
    const url = await serve((_request, _body, response) => response.socket?.destroy());
    expect(await clientWith().send(url)).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("No answer"),
    });
  });

  it("with an answer that is too big fail", async () => {
    const url = await serve((_request, _body, response) => response.end("x".repeat(101)));
    const { send } = clientWith({ maxBytes: 100 });
    expect(await send(url)).toMatchObject({ kind: "failed", message: expect.stringContaining("limit of 100 bytes") });
  });

  it("without an answer in time fail", async () => {
    let asked = (): void => {};
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serve(() => asked());
    const { clock, send } = clientWith({ timeoutMs: 5000 });
    const sending = send(url);
    await arrived;
    await clock.advance(5000, async () => {});
    expect(await sending).toMatchObject({ kind: "failed", message: expect.stringContaining("within 5 s") });
  });

  it("that are aborted reject", async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort(new Error("stop")));
    await expect(clientWith().send(url, {}, controller.signal)).rejects.toThrow("stop");
    await expect(clientWith().send(url, {}, controller.signal)).rejects.toThrow("stop");
  });
});
