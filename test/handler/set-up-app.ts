/** A handler with one function, as the tests of this folder need it. */
import { createHandler, type HandlerResponse, type ServeOptions } from "../../src/handler/index.ts";
import { Inngest } from "../../src/index.ts";
import { canonicalJson, signBody } from "../../src/signing/index.ts";

export const KEY = "signkey-prod-00112233445566778899aabbccddeeff";
export const FALLBACK = "signkey-prod-ffeeddccbbaa99887766554433221100";
export const URL_ = "https://app.test/api/inngest";
const silent = { debug() {}, info() {}, warn() {}, error() {} };
export const event = { name: "e", data: {}, id: "1", ts: 1 };
export const frame = {
  event,
  events: [event],
  steps: {},
  ctx: {
    run_id: "r1",
    attempt: 0,
    disable_immediate_execution: false,
    use_api: false,
    stack: { stack: [], current: 0 },
  },
};

/** An app with one function, and ways to call it. In cloud mode unless told otherwise. */
export function setUp(
  options: {
    isDev?: boolean;
    key?: boolean;
    serve?: Partial<ServeOptions>;
    fetch?: typeof fetch;
    handler?: (c: never) => unknown;
  } = {},
) {
  const logs: string[] = [];
  const log = (...args: unknown[]): void => void logs.push(args.join(" "));
  const client = new Inngest({
    id: "app",
    isDev: options.isDev ?? false,
    eventKey: "event-key",
    ...(options.key === false ? {} : { signingKey: KEY, signingKeyFallback: FALLBACK }),
    logger: { ...silent, warn: log, error: log },
    fetch: options.fetch ?? (async () => new Response("{}")),
  });
  const fn = client.createFunction({ id: "f" }, { event: "e" }, (options.handler ?? (() => "done")) as never);
  const handle = createHandler("test", { client, functions: [fn], ...options.serve });
  const request = (
    method: string,
    url = URL_,
    body = "",
    headers: Record<string, string> = {},
  ): Promise<HandlerResponse> =>
    handle({ method, url, headers: { get: (name) => headers[name] ?? null }, text: async () => body });
  const call = async (body: unknown, key: string | null = KEY, nowMs = Date.now()): Promise<HandlerResponse> => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const headers: Record<string, string> =
      key === null
        ? {}
        : { "x-inngest-signature": await signBody(key, text === "" ? "" : canonicalJson(JSON.parse(text)), nowMs) };
    return request("POST", `${URL_}?fnId=app-f&stepId=step`, text, headers);
  };
  return { request, call, logs, client };
}

/** The step tools that the tests use. */
export type Steps = {
  run(id: unknown, fn: () => unknown): Promise<unknown>;
  sendEvent(id: string, event: unknown): Promise<unknown>;
};
/** A function of two steps. */
export const two = (async ({ step }: { step: Steps }) => [
  await step.run("a", () => 1),
  await step.run("b", () => 2),
]) as unknown as (c: never) => unknown;
