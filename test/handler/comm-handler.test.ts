import { describe, expect, it } from "vitest";
import type { HandlerActions } from "../../src/handler/index.ts";
import { Inngest, InngestCommHandler } from "../../src/index.ts";
import { canonicalJson, signBody } from "../../src/signing/index.ts";
import { frame, KEY, URL_ } from "./set-up-app.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const BODY = JSON.stringify(frame);

/** A framework of its own: requests and answers look like nothing else. */
interface Ask {
  verb: string;
  to: string;
  says?: unknown;
  with?: Record<string, string>;
}

const actions = (ask: Ask): HandlerActions<string> => ({
  body: () => ask.says,
  headers: async (key) => ask.with?.[key],
  method: () => ask.verb,
  url: async () => new URL(ask.to),
  transformResponse: ({ status, headers, body }) => `${status} ${headers["x-inngest-framework"] ?? "-"} ${body}`,
});

function setUp(options: { isDev?: boolean; skipSignatureValidation?: boolean; more?: object } = {}) {
  const client = new Inngest({ id: "app", isDev: options.isDev ?? true, signingKey: KEY, logger: silent });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, () => "done");
  return new InngestCommHandler({
    frameworkName: "mine",
    client,
    functions: [fn],
    handler: (ask: Ask, _last?: object) => ({ ...actions(ask), ...options.more }),
    ...(options.skipSignatureValidation === undefined
      ? {}
      : { skipSignatureValidation: options.skipSignatureValidation }),
  }).createHandler();
}

const to = `${URL_}?fnId=app-f&stepId=step`;

describe("InngestCommHandler", () => {
  it.each([
    ["text", BODY],
    ["bytes", new TextEncoder().encode(BODY)],
    ["an object", frame],
  ])("calls a function with a body that is %s", async (_what, says) => {
    expect(await setUp()({ verb: "POST", to, says })).toBe('200 mine "done"');
  });

  it("reads the query where the address lacks it", async () => {
    const queryString = (key: string): string | undefined => ({ fnId: "app-f", stepId: "step" })[key];
    expect(await setUp({ more: { queryString } })({ verb: "POST", to: URL_, says: BODY })).toBe('200 mine "done"');
  });

  it("checks signatures unless told that somebody has", async () => {
    const ask = { verb: "POST", to, says: BODY };
    expect(await setUp({ isDev: false })(ask)).toBe('401 - {"message":"Unauthorized"}');
    const signature = await signBody(KEY, canonicalJson(frame), Date.now());
    const signed = { ...ask, with: { "x-inngest-signature": signature } };
    expect(await setUp({ isDev: false })(signed)).toBe('200 mine "done"');
    expect(await setUp({ isDev: false, skipSignatureValidation: true })(ask)).toBe('200 mine "done"');
  });

  it("takes actions for one request from a last argument", async () => {
    const handler = setUp();
    const actionOverrides = { body: () => BODY, method: () => "POST" };
    expect(await handler({ verb: "GET", to }, { actionOverrides })).toBe('200 mine "done"');
  });

  it("takes variables that came with the request", async () => {
    const client = new Inngest({ id: "app", logger: silent });
    const handler = new InngestCommHandler({
      frameworkName: "mine",
      client,
      functions: [],
      handler: (ask: Ask) => ({ ...actions(ask), env: () => ({ INNGEST_DEV: "1" }) }),
    }).createHandler();
    expect(await handler({ verb: "GET", to: URL_ })).toContain('"mode":"dev"');
  });

  it("streams when it is told how, and says so when it is not", async () => {
    const client = new Inngest({ id: "app", isDev: true, logger: silent });
    const make = (more: object) =>
      new InngestCommHandler({
        frameworkName: "mine",
        client,
        functions: [],
        streaming: true,
        handler: (ask: Ask) => ({ ...actions(ask), ...more }) as HandlerActions<string | Promise<string>>,
      }).createHandler();
    const transformStreamingResponse = async ({ status, body }: { status: number; body: ReadableStream<Uint8Array> }) =>
      `${status} ${await new Response(body).text()}`;
    expect(await make({ transformStreamingResponse })({ verb: "POST", to, says: BODY })).toMatch(/^201 \{"status":500/);
    expect(await make({})({ verb: "POST", to, says: BODY })).toMatch(/^500 mine .*cannot do here/);
  });

  it.each([
    [{ handler: () => ({}) }, "needs `frameworkName`"],
    [{ frameworkName: "mine" }, "needs `frameworkName`"],
    [{ frameworkName: "mine", handler: () => ({}) }, "`client` is missing"],
  ])("refuses %j", (options, message) => {
    expect(() => new InngestCommHandler(options as never)).toThrow(message);
  });
});
