import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { createHttpSdkCaller } from "../../../server/src/transport/http-sdk-caller.ts";
import { never, reply, sdk, useHttpCaller } from "../../helpers/http-caller.ts";
import { createManualClock } from "../../helpers/manual-clock.ts";
import { sdkCallTo } from "../../helpers/sdk-call.ts";

const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const { caller, startApp, failureTo } = useHttpCaller();

describe("connections that fail", () => {
  test("nobody listens", async () => {
    const app = await startApp(reply(206, "[]"));
    await app.close();
    const got = await caller().call(sdkCallTo(app.url), never);
    expect(got).toMatchObject({
      kind: "failure",
      error: { code: "unreachable" },
      retry: { noRetry: null, retryAt: null },
    });
    expect((got as { error: Error }).error.message).toMatch(/^Unable to reach SDK URL: connection refused/);
  });

  test("an unknown host", async () => {
    const got = await caller().call(sdkCallTo("http://no-such-host.invalid"), never);
    expect(got).toMatchObject({ error: { code: "unreachable" } });
  });

  test.each(["not a url", "ftp://host/x", ""])("a URL that is none: %j", async (url) => {
    expect(await caller().call(sdkCallTo("", { url }), never)).toMatchObject({
      kind: "failure",
      error: { code: "invalid_url" },
    });
  });

  test("https where http is spoken", async () => {
    const app = await startApp(reply(206, "[]"));
    const got = await caller().call(sdkCallTo(app.url.replace("http:", "https:")), never);
    expect(got).toMatchObject({ kind: "failure", error: { code: "unsupported_protocol" } });
  });

  test("closed before the answer", async () => {
    expect((await failureTo((_, response) => response.destroy())).error.message).toMatch(
      /closed the request before finishing/,
    );
  });

  test("closed in the middle of the answer", async () => {
    const { error } = await failureTo((_, response) => {
      response.writeHead(206, { ...sdk, "content-length": "100" });
      response.write("[", () => response.destroy());
    });
    expect(error.message).toMatch(/closed the request before finishing/);
  });

  test("reset", async () => {
    const { error } = await failureTo((_, response) => (response.socket as Socket).resetAndDestroy());
    expect(error).toMatchObject({ code: "connection_reset" });
  });

  test("what answers is not HTTP", async () => {
    const server = createServer((socket) =>
      socket.on("data", () => socket.end("hello there\n\n")).on("error", () => {}),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const got = await caller().call(sdkCallTo(`http://127.0.0.1:${port}`), never);
    expect(got).toMatchObject({ kind: "failure", error: { code: "invalid_answer" } });
    server.close();
  });

  test("an app that hangs is given up when its time is over", async () => {
    const clock = createManualClock();
    const patient = createHttpSdkCaller({ signingKey: null, serverKind: "dev", clock });
    let arrived = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const app = await startApp((_, response) => {
      response.writeHead(201, sdk).write(" ", () => arrived());
    });
    const answer = patient.call(sdkCallTo(app.url), never);
    await arrival;
    await clock.advance(2 * 3600_000 + 1, idle);
    expect(await answer).toMatchObject({
      kind: "failure",
      error: { code: "timeout", message: expect.stringMatching(/7200 s/) },
    });
    await patient.close();
  });

  test("an aborted call rejects, before and while it runs", async () => {
    const reason = new Error("shutting down");
    const controller = new AbortController();
    const app = await startApp(() => controller.abort(reason));
    await expect(caller().call(sdkCallTo(app.url), controller.signal)).rejects.toBe(reason);
    await expect(caller().call(sdkCallTo(app.url), controller.signal)).rejects.toBe(reason);
    expect(app.seen).toHaveLength(1);
  });

  test("a connection that was closed while idle does not fail the next call", async () => {
    const app = await startApp(reply(206, "[]"));
    const sockets: Socket[] = [];
    app.server.on("connection", (socket: Socket) => sockets.push(socket));
    await caller().call(sdkCallTo(app.url), never);
    const [socket] = sockets;
    const closed = once(socket as Socket, "close");
    socket?.end();
    await closed;
    expect(await caller().call(sdkCallTo(app.url), never)).toMatchObject({ kind: "operations" });
    expect(app.connections()).toBe(2);
  });

  test("a call whose connection broke is not sent again: the app may have carried it out", async () => {
    const app = await startApp((_, response, count) => {
      if (count === 2) response.destroy();
      else response.writeHead(206, sdk).end("[]");
    });
    await caller().call(sdkCallTo(app.url), never);
    expect(await caller().call(sdkCallTo(app.url), never)).toMatchObject({ kind: "failure" });
    expect(app.seen).toHaveLength(2);
  });
});

describe("redirects", () => {
  test.each([301, 302, 303, 307, 308])("%i: method, headers, body and query go along", async (status) => {
    const app = await startApp((request, response) => {
      if (request.path.startsWith("/api/inngest"))
        response.writeHead(status, { location: "/elsewhere?x=1" }).end("moved");
      else response.writeHead(206, sdk).end("[]");
    });
    expect(await caller().call(sdkCallTo(app.url), never)).toMatchObject({ kind: "operations" });
    expect(app.seen[1]).toMatchObject({
      method: "POST",
      path: "/elsewhere?x=1&fnId=app-hello&stepId=step",
      body: '{"a":1}',
      headers: { "x-run-id": "RUN" },
    });
  });

  test("to another server", async () => {
    const target = await startApp(reply(206, "[]"));
    const app = await startApp(reply(307, "", { location: `${target.url}/there` }));
    expect(await caller().call(sdkCallTo(app.url), never)).toMatchObject({ kind: "operations" });
    expect(target.seen[0]?.body).toBe('{"a":1}');
  });

  test("in a circle: given up after 60", async () => {
    const app = await startApp(reply(302, "", { location: "/again" }));
    expect(await caller().call(sdkCallTo(app.url), never)).toMatchObject({
      kind: "failure",
      error: { code: "too_many_redirects" },
    });
    expect(app.seen).toHaveLength(61);
  });

  test("to nowhere", async () => {
    expect((await failureTo(reply(302, "", { location: "mailto:x@example.com" }))).error.message).toMatch(
      /redirected to something/,
    );
    expect((await failureTo(reply(302, "", { location: "http://[" }))).error.message).toMatch(
      /redirected to something/,
    );
    expect((await failureTo(reply(302, ""))).error.message).toMatch(/invalid status code: 302/);
  });
});
