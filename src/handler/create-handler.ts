/**
 * The core of every adapter: from a request of the engine to its answer. Made once by `serve`.
 * Must never keep anything from one request to the next but the environment that the runtime hands over.
 */
import type { ApiFetch, Mode } from "../client/index.ts";
import { messageOf } from "../errors/index.ts";
import { queryKeys } from "../protocol/headers.ts";
import * as limits from "../protocol/limits.ts";
import { type Answer, internalError, refuse, unauthorized } from "./answer.ts";
import { type App, createApp, streamingSetting } from "./app.ts";
import { call } from "./call/call.ts";
import { captureConsole } from "./call/capture-console.ts";
import { answerWithin, type CallScope } from "./call/within-middleware.ts";
import type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
import { MISSING_KEY, sayMissingKey } from "./missing-key.ts";
import { introspect } from "./register/introspect.ts";
import { register } from "./register/register.ts";
import { respond } from "./respond.ts";
import type { ServeOptions } from "./serve-options.ts";
import { assertServeOptions, streamingRefused, toServedFunctions } from "./serve-options.ts";
import { type Every, streamingFor, toStream } from "./streaming.ts";
import { queryOf } from "./url.ts";
import { type Verification, verify } from "./verify.ts";

const NO_KEY = "no key";

/** Answers one request. Never rejects. @param args what the framework called the adapter with. Default: the request. */
export type RequestHandler = (request: HandlerRequest, args?: readonly unknown[]) => Promise<HandlerResponse>;

/** What an adapter can do, and what it knows of those who call it. */
export interface AdapterTraits {
  /** Whether it can send a `stream`. Default: false. */
  streams?: boolean;
  /** True when what stands before it has checked who calls: signatures are not asked for. Default: false. */
  trusted?: boolean;
  /** Default: the client's. */
  mode?: Mode;
  /** Default: `setInterval`. */
  every?: Every;
  /** Reaches the engine at less cost than the runtime's fetch. */
  fetch?: ApiFetch;
}

/**
 * Makes the handler of an app.
 * @param frameworkName the adapter's name, as the engine shows it.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options, duplicate ids included.
 */
export function createHandler(
  frameworkName: string,
  options: ServeOptions,
  { streams = false, trusted = false, mode, every, fetch }: AdapterTraits = {},
): RequestHandler {
  assertServeOptions(options);
  if (streamingFor(options.streaming, streams) === null) throw streamingRefused(frameworkName, options.streaming);
  const functions = toServedFunctions(options);
  sayMissingKey(options, trusted || mode === "dev");
  if (fetch) options.client.pooledFetch = fetch;
  if (options.client.captureConsole) captureConsole();
  return async (request, args = [request]) => {
    const startMs = performance.now();
    if (request.env) options.client.setEnvVars(request.env);
    const app = createApp(options, functions, frameworkName, streams && request.streams !== false, mode);
    const finish = (answer: Answer, verification: Verification): Promise<HandlerResponse> =>
      respond({ app, request, answer, verification, durationMs: performance.now() - startMs });
    const body = await readBody(request);
    if (typeof body !== "string") return finish(body, { ok: false, reason: "not checked" });
    const verification = await check(app, request, body, trusted);
    if (request.method !== "POST" || queryOf(request).has(queryKeys.probe)) {
      return finish(await handle(app, request, body, verification, null), verification);
    }
    if (verification.ok && app.streaming === null) {
      return finish(internalError(streamingRefused(frameworkName, streamingSetting(options))), verification);
    }
    const finished = answerWithin({
      app,
      request,
      args,
      body,
      key: verification.ok ? verification.key : null,
      answer: async (scope) => finish(await handle(app, request, body, verification, scope), verification),
    });
    if (!verification.ok || !app.streaming) return finished;
    const head = await finish({ status: 201, text: "" }, { ok: true, key: null });
    return { ...head, stream: toStream(finished, every) };
  };
}

/** A request's body, or what to answer when there is no reading it. */
async function readBody(request: HandlerRequest): Promise<string | Answer> {
  if (request.method !== "POST" && request.method !== "PUT") return "";
  const max = limits.requestBytes;
  try {
    const body = Number(request.headers.get("content-length")) > max ? null : await request.text(max);
    // A text has at most three bytes for each of its characters: only long ones are worth counting.
    if (body !== null && (body.length * 3 <= max || new TextEncoder().encode(body).length <= max)) return body;
  } catch (error) {
    return refuse(400, `The request's body could not be read: ${messageOf(error)}`);
  }
  return refuse(413, `The request's body is larger than ${max} bytes`);
}

async function check(app: App, request: HandlerRequest, body: string, trusted: boolean): Promise<Verification> {
  if (trusted) return { ok: true, key: app.mode === "cloud" ? app.signingKey : null };
  if (app.mode === "cloud" && app.signingKey === null) return { ok: false, reason: NO_KEY };
  return verify(app, request, body);
}

/** @param scope null but for calls. */
async function handle(
  app: App,
  request: HandlerRequest,
  body: string,
  verification: Verification,
  scope: CallScope | null,
): Promise<Answer> {
  const { ok } = verification;
  const refused = ok ? null : verification.reason;
  if (refused === NO_KEY) {
    app.logger.error(MISSING_KEY);
    return { status: 500, json: { code: "internal_server_error" } };
  }
  const { method } = request;
  try {
    let answer = unauthorized;
    if (method === "PUT") answer = await register(app, request, body, verification);
    else if (method !== "GET" && method !== "POST") {
      app.logger.error({ method }, `Refused a ${method} request.`);
      answer = { status: 405, json: { message: "Method not allowed" } };
    } else if (ok) answer = await (method === "GET" ? introspect(app) : call(app, request, body, scope));
    if (answer === unauthorized && !ok) {
      const err = new Error(`its signature is ${refused}`);
      app.logger.error({ err, method }, `Refused a ${method} request: ${err.message}.`);
    }
    return answer;
  } catch (error) {
    return internalError(error);
  }
}
