import { afterEach, describe, expect, it, vi } from "vitest";
import { createHandler, type HandlerResponse, type ServeOptions } from "../../src/handler/index.ts";
import { streamingFor } from "../../src/handler/streaming.ts";
import { Inngest } from "../../src/index.ts";
import { eventually } from "../helpers/eventually.ts";
import { frame, URL_ } from "./set-up-app.ts";

afterEach(() => vi.unstubAllEnvs());

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An app whose function ends when told to, and whose keep-alives come when told to. */
function setUp(serve: Partial<ServeOptions> = { streaming: true }, streams = true) {
  let end: (value: unknown) => void = () => {};
  let tick: (() => void) | null = null;
  const intervals: number[] = [];
  const client = new Inngest({ id: "app", isDev: true, logger: silent });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, () => new Promise((resolve) => (end = resolve)));
  const handle = createHandler(
    "test",
    { client, functions: [fn], ...serve },
    {
      streams,
      every: (ms, call) => {
        intervals.push(ms);
        tick = call;
        return () => {
          tick = null;
        };
      },
    },
  );
  const post = (query = "?fnId=app-f&stepId=step"): Promise<HandlerResponse> =>
    handle({
      method: "POST",
      url: URL_ + query,
      headers: { get: () => null },
      text: async () => JSON.stringify(frame),
    });
  return {
    handle,
    post,
    end: (value: unknown) => end(value),
    tick: () => tick?.(),
    ticks: () => tick !== null,
    intervals,
  };
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return new Response(stream).text();
}

describe("streamed answers", () => {
  it("begin with 201 before the function has ended, and keep the connection awake", async () => {
    const app = setUp();
    const response = await app.post();
    expect([response.status, response.body]).toEqual([201, ""]);
    expect(response.headers["x-inngest-sdk"]).toMatch(/^inngest-js:v/);
    expect(response.headers["x-inngest-signature"]).toBeUndefined();
    expect(app.intervals).toEqual([3000]);
    app.tick();
    app.tick();
    await new Promise((resolve) => setImmediate(resolve));
    app.end({ ok: 1 });
    const text = await textOf(response.stream);
    expect(text).toMatch(/^ {2}\{/);
    expect(JSON.parse(text)).toEqual({
      status: 200,
      headers: expect.objectContaining({ "content-type": "application/json", "x-inngest-framework": "test" }),
      body: '{"ok":1}',
      version: 2,
    });
    expect(app.ticks()).toBe(false);
  });

  it("say inside how a call failed", async () => {
    const app = setUp();
    const text = await textOf((await app.post("?fnId=app-x")).stream);
    expect(JSON.parse(text)).toMatchObject({ status: 500, body: expect.stringContaining("was not found") });
  });

  it("stop when the caller hangs up, and the end of the function then harms nobody", async () => {
    const app = setUp();
    const { stream } = await app.post();
    await stream?.cancel();
    expect(app.ticks()).toBe(false);
    app.end(1);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("are for calls alone: not for probes, introspection or syncs", async () => {
    const app = setUp();
    expect((await app.post("?probe=trust")).status).toBe(200);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await app.handle({ method, url: URL_, headers: { get: () => null }, text: async () => "" });
      expect(response.stream).toBeUndefined();
    }
  });

  it("follow INNGEST_STREAMING where the option does not say", async () => {
    vi.stubEnv("INNGEST_STREAMING", "force");
    expect((await setUp({}).post()).status).toBe(201);
    const quiet = setUp({ streaming: false });
    const answer = quiet.post();
    await eventually("the call", () => {
      quiet.end(1);
      return true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    quiet.end(1);
    expect((await answer).status).toBe(200);
    const refused = await setUp({}, false).post();
    expect([refused.status, JSON.parse(refused.body).message]).toEqual([
      500,
      expect.stringContaining('INNGEST_STREAMING) is "force", which the adapter "test" cannot do here'),
    ]);
  });

  it("are announced in an introspection", async () => {
    const key = "signkey-prod-00112233445566778899aabbccddeeff";
    const client = new Inngest({ id: "app", isDev: false, signingKey: key, logger: silent });
    const { signBody } = await import("../../src/signing/index.ts");
    const header = await signBody(key, "", Date.now());
    for (const streaming of [true, false]) {
      const handle = createHandler("test", { client, functions: [], streaming }, { streams: true });
      const headers = { get: (name: string) => (name === "x-inngest-signature" ? header : null) };
      const { body } = await handle({ method: "GET", url: URL_, headers, text: async () => "" });
      expect(JSON.parse(body).extra.is_streaming).toBe(streaming);
    }
  });
});

describe("whether to stream", () => {
  it.each([
    [undefined, true, false],
    [undefined, false, false],
    [false, true, false],
    [true, true, true],
    [true, false, null],
    ["force", true, true],
    ["force", false, null],
    ["allow", true, true],
    ["allow", false, false],
    ["1", true, true],
    ["true", false, null],
    ["0", true, false],
    ["FALSE", true, false],
    ["sometimes", true, null],
    ["sometimes", false, null],
  ])("%s, when the adapter can: %s, comes to %s", (setting, can, expected) => {
    expect(streamingFor(setting, can)).toBe(expected);
  });
});
