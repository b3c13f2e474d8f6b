/**
 * The core of every adapter: from a request of the engine to its answer. Made once by `serve`.
 * Must never keep anything from one request to the next but the environment that the runtime hands over.
 */
import type { Answer } from "./answer.ts";
import { internalError, unauthorized } from "./answer.ts";
import { type App, createApp } from "./app.ts";
import { call } from "./call.ts";
import type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
import { introspect } from "./introspect.ts";
import { register } from "./register.ts";
import { respond } from "./respond.ts";
import type { ServeOptions } from "./serve-options.ts";
import { assertServeOptions, toServedFunctions } from "./serve-options.ts";
import { type Verification, verify } from "./verify.ts";

/** Answers one request. Never rejects, unless the request's own body cannot be read. */
export type RequestHandler = (request: HandlerRequest) => Promise<HandlerResponse>;

/**
 * Makes the handler of an app.
 * @param frameworkName the adapter's name, as the engine shows it.
 * @throws {StepwellError} `invalid_option` or `not_supported` for wrong options, duplicate ids included.
 */
export function createHandler(frameworkName: string, options: ServeOptions): RequestHandler {
  assertServeOptions(options);
  const functions = toServedFunctions(options);
  return async (request) => {
    const startMs = performance.now();
    if (request.env) options.client.setEnvVars(request.env);
    const app = createApp(options, functions, frameworkName);
    const body = request.method === "POST" || request.method === "PUT" ? await request.text() : "";
    const { answer, verification } = await handle(app, request, body);
    return respond({ app, request, answer, verification, durationMs: performance.now() - startMs });
  };
}

async function handle(
  app: App,
  request: HandlerRequest,
  body: string,
): Promise<{ answer: Answer; verification: Verification }> {
  if (app.mode === "cloud" && app.signingKey === null) {
    app.options.client.logger.error(
      "No signing key: in cloud mode calls cannot be checked. Set INNGEST_SIGNING_KEY, or INNGEST_DEV=1 for development.",
    );
    return {
      answer: { status: 500, json: { code: "internal_server_error" } },
      verification: { ok: false, reason: "no key" },
    };
  }
  const verification = await verify(app, request, body);
  try {
    const answer = await answerTo(app, request, body, verification);
    if (answer === unauthorized && !verification.ok) {
      app.options.client.logger.warn(`Refused a ${request.method} request: its signature is ${verification.reason}.`);
    }
    return { answer, verification };
  } catch (error) {
    return { answer: internalError(error), verification };
  }
}

async function answerTo(app: App, request: HandlerRequest, body: string, verification: Verification): Promise<Answer> {
  switch (request.method) {
    case "PUT":
      return register(app, request, body, verification);
    case "GET":
      return verification.ok ? introspect(app) : unauthorized;
    case "POST":
      return verification.ok ? call(app, request, body) : unauthorized;
    default:
      return { status: 405, json: { message: "Method not allowed" } };
  }
}
