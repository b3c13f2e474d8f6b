/** One table of requests, asked of every adapter. */
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { maxRequestBytes, type ServeOptions } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { canonicalJson, signBody, verifySignature } from "../../src/signing/index.ts";
import { PATH, type Served, type World } from "./world.ts";
import { worlds } from "./worlds.ts";

const KEY = "signkey-prod-00112233445566778899aabbccddeeff";
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const QUERY = "?fnId=app-f&stepId=step";
const JSON_TYPE = { "content-type": "application/json" };

/** A call that is not canonical: unsorted, with white space and an escaped letter. */
function callBody(data: Record<string, unknown> = { who: "ü" }): string {
  const event = { name: "e", id: "1", ts: 1, data };
  const ctx = {
    run_id: "r",
    attempt: 0,
    disable_immediate_execution: false,
    use_api: false,
    stack: { stack: [], current: 0 },
  };
  return JSON.stringify({ steps: {}, event, events: [event], ctx }, null, 1).replaceAll("ü", "\\u00fc");
}

/** Made once: the event is in it twice, so a filler of half the limit comes near it. */
const ofAbout = (characters: number): string => callBody({ who: "me", filler: "x".repeat(characters) });
const bodies = { largest: ofAbout(maxRequestBytes / 2 - 1_000), tooLarge: ofAbout(maxRequestBytes / 2 + 1_000) };

interface Options {
  mode: "dev" | "cloud" | "env";
  serve?: Partial<ServeOptions>;
  env?: Record<string, string>;
}

async function setUp(world: World, options: Options): Promise<Served & { registered: string[] }> {
  const registered: string[] = [];
  const client = new Inngest({
    id: "app",
    ...(options.mode === "env" ? {} : { isDev: options.mode === "dev" }),
    ...(options.mode === "cloud" ? { signingKey: KEY } : {}),
    logger: silent,
    fetch: async (_url, init) => {
      registered.push(JSON.parse(String(init?.body)).url);
      return new Response('{"ok":true,"modified":true}');
    },
  });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, ({ event }) => ({
    hello: (event.data as { who: string }).who,
  }));
  const place = world.serveOrigin === undefined ? {} : { serveOrigin: world.serveOrigin, servePath: PATH };
  const served = await world.serve({ client, functions: [fn], ...place, ...options.serve }, options.env ?? {});
  return Object.assign(served, { registered });
}

const signed = async (text: string): Promise<Record<string, string>> => ({
  ...JSON_TYPE,
  "x-inngest-signature": await signBody(KEY, text === "" ? "" : canonicalJson(JSON.parse(text)), Date.now()),
});

/** Sends text as it is and gives back all that comes until the other side ends. */
function sendText(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

describe.each(Object.entries(worlds))("%s", (_title, world) => {
  it("introspects, calls and registers in development", async () => {
    const { ask, registered, origin } = await setUp(world, { mode: "dev" });
    const got = await ask({ method: "GET", path: PATH });
    expect([got.status, JSON.parse(got.text)]).toEqual([
      200,
      expect.objectContaining({ function_count: 1, mode: "dev" }),
    ]);
    expect(got.headers.get("x-inngest-framework")).toBe(world.frameworkName);
    const called = await ask({ method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body: callBody() });
    expect([called.status, JSON.parse(called.text)]).toEqual([200, { hello: "ü" }]);
    expect(called.headers.get("content-type")).toMatch(/^application\/json(; charset=utf-8)?$/);
    expect(called.headers.get("x-inngest-sdk")).toMatch(/^inngest-js:v/);
    const put = await ask({ method: "PUT", path: `${PATH}?deployId=d` });
    expect([put.status, JSON.parse(put.text)]).toEqual([200, { message: "Successfully registered", modified: true }]);
    expect(registered).toEqual([`${origin}${PATH}?deployId=d`]);
  });

  it("refuses other methods", async () => {
    const { ask } = await setUp(world, { mode: "dev" });
    const answer = await ask({ method: "DELETE", path: PATH });
    expect(answer.status).toBe(world.otherMethod ?? 405);
    if (world.otherMethod === undefined) expect(JSON.parse(answer.text)).toEqual({ message: "Method not allowed" });
  });

  it("takes what is signed, and signs its answer", async () => {
    const { ask } = await setUp(world, { mode: "cloud" });
    const body = callBody();
    const answer = await ask({ method: "POST", path: PATH + QUERY, headers: await signed(body), body });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { hello: "ü" }]);
    const header = answer.headers.get("x-inngest-signature");
    expect(await verifySignature({ header, body: answer.text, keys: [KEY], nowMs: Date.now() })).toEqual({
      ok: true,
      key: KEY,
    });
    const got = await ask({ method: "GET", path: PATH, headers: await signed("") });
    expect([got.status, JSON.parse(got.text).authentication_succeeded]).toEqual([200, true]);
  });

  it("refuses what is not signed, and what was altered", async () => {
    const { ask } = await setUp(world, { mode: "cloud" });
    const headers = await signed(callBody());
    for (const asked of [
      { method: "POST", path: PATH + QUERY, headers, body: callBody({ who: "eve" }) },
      { method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body: callBody() },
      { method: "GET", path: PATH },
    ]) {
      const answer = await ask(asked);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([401, { message: "Unauthorized" }]);
      expect(answer.headers.get("x-inngest-framework")).toBeNull();
    }
  });

  it("answers a trust probe, whose body is empty", async () => {
    const { ask } = await setUp(world, { mode: "cloud" });
    const { "content-type": _none, ...headers } = await signed("");
    const answer = await ask({ method: "POST", path: `${PATH}?probe=trust`, headers, body: "" });
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  it("syncs in band", async () => {
    const { ask } = await setUp(world, { mode: "cloud" });
    const body = '{ "url": "https://seen.test/x" }';
    const headers = { ...(await signed(body)), "x-inngest-sync-kind": "in_band" };
    const answer = await ask({ method: "PUT", path: PATH, headers, body });
    const url = world.serveOrigin === undefined ? "https://seen.test/x" : world.serveOrigin + PATH;
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, expect.objectContaining({ app_id: "app", url })]);
    expect(answer.headers.get("x-inngest-sync-kind")).toBe("in_band");
  });

  it("believes proxies about its address, and what it is told more than them", async () => {
    const headers = { "x-forwarded-proto": "https, http", "x-forwarded-host": "shop.test" };
    const { ask, registered } = await setUp(world, { mode: "dev" });
    await ask({ method: "PUT", path: PATH, headers });
    expect(registered).toEqual([`${world.serveOrigin ?? "https://shop.test"}${PATH}`]);
    const told = await setUp(world, { mode: "dev", serve: { serveOrigin: "https://told.test", servePath: PATH } });
    await told.ask({ method: "PUT", path: PATH, headers });
    expect(told.registered).toEqual([`https://told.test${PATH}`]);
  });

  it("echoes traces and the server's kind", async () => {
    const { ask } = await setUp(world, { mode: "dev" });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const headers = { ...JSON_TYPE, traceparent, tracestate: "a=1", "x-inngest-server-kind": "dev" };
    const answer = await ask({ method: "POST", path: PATH + QUERY, headers, body: callBody() });
    expect(answer.headers.get("traceparent")).toBe(traceparent);
    expect(answer.headers.get("tracestate")).toBe("a=1");
    expect(answer.headers.get("x-inngest-expected-server-kind")).toBe("dev");
  });

  it("answers a call without a body and an unknown function", async () => {
    const { ask } = await setUp(world, { mode: "dev" });
    const empty = await ask({ method: "POST", path: PATH + QUERY, body: "" });
    expect([empty.status, JSON.parse(empty.text)]).toEqual([401, { message: "Unauthorized" }]);
    const unknown = await ask({ method: "POST", path: `${PATH}?fnId=app-x`, headers: JSON_TYPE, body: callBody() });
    expect([unknown.status, JSON.parse(unknown.text)]).toEqual([
      500,
      expect.objectContaining({ type: "internal", message: expect.stringContaining('"app-x" was not found') }),
    ]);
  });

  it("takes large bodies, and refuses those above 4 MiB with a reason", async () => {
    const { ask } = await setUp(world, { mode: "dev" });
    const send = (body: string) => ask({ method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body });
    const fits = await send(bodies.largest);
    expect([fits.status, fits.text]).toEqual([200, '{"hello":"me"}']);
    const refused = await send(bodies.tooLarge);
    expect(refused.status).toBe(413);
    expect(refused.text).toMatch(/larger than 4194304 bytes|body is too large/i);
  });

  it("streams, or says that it cannot", async () => {
    if (world.streams === false && world.frameworkName !== "netlify") {
      await expect(setUp(world, { mode: "dev", serve: { streaming: true } })).rejects.toThrow(
        `the adapter "${world.frameworkName}" cannot do here`,
      );
      return;
    }
    const { ask } = await setUp(world, { mode: "cloud", serve: { streaming: true } });
    const body = callBody();
    const answer = await ask({ method: "POST", path: PATH + QUERY, headers: await signed(body), body });
    if (world.streams === false) {
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([500, expect.stringContaining("cannot do")]);
      return;
    }
    const inner = JSON.parse(answer.text);
    expect([answer.status, inner.status, inner.body, inner.version]).toEqual([201, 200, '{"hello":"ü"}', 2]);
    const header = inner.headers["x-inngest-signature"];
    expect(await verifySignature({ header, body: inner.body, keys: [KEY], nowMs: Date.now() })).toMatchObject({
      ok: true,
    });
    expect((await ask({ method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body })).status).toBe(401);
    expect((await ask({ method: "GET", path: PATH, headers: await signed("") })).status).toBe(200);
  });

  it("allows streaming where it can", async () => {
    const { ask } = await setUp(world, { mode: "dev", serve: { streaming: "allow" } });
    const answer = await ask({ method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body: callBody() });
    expect(answer.status).toBe(world.streams === false ? 200 : 201);
  });

  it("refuses the client by itself", async () => {
    const client = new Inngest({ id: "app", isDev: true, logger: silent });
    await expect(Promise.resolve(client).then((given) => world.serve(given as never, {}))).rejects.toThrow(
      /allowed: (one object|an object with client)|`client` is missing|is not known/,
    );
  });

  const itWhenPassed = world.passesEnv ? it : null;
  itWhenPassed?.("takes variables that the runtime hands over", async () => {
    const { ask } = await setUp(world, { mode: "env", env: { INNGEST_DEV: "1", INNGEST_EVENT_KEY: "k" } });
    const answer = await ask({ method: "GET", path: PATH });
    expect(JSON.parse(answer.text)).toMatchObject({ mode: "dev", has_event_key: true });
  });
});

describe.each(Object.entries(worlds).filter(([, world]) => world.listens))("%s, on a socket", (_title, world) => {
  it("works without a Host header", async () => {
    const { port, registered } = await setUp(world, { mode: "dev" });
    if (port === undefined) throw new Error("this world does not listen");
    expect(await sendText(port, `PUT ${PATH} HTTP/1.0\r\n\r\n`)).toContain(" 200 ");
    // h3 2 takes the address of the socket for the host.
    expect([[`http://localhost${PATH}`], [`http://127.0.0.1:${port}${PATH}`]]).toContainEqual(registered);
  });

  it("outlives a caller that hangs up in mid-body", async () => {
    const { port, ask } = await setUp(world, { mode: "dev" });
    if (port === undefined) throw new Error("this world does not listen");
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          `POST ${PATH}${QUERY} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"ev`,
          () => socket.destroy(),
        );
      });
      socket.on("close", () => resolve());
    });
    const answer = await ask({ method: "POST", path: PATH + QUERY, headers: JSON_TYPE, body: callBody() });
    expect(answer.status).toBe(200);
  });
});
