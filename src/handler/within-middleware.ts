/**
 * Answers a call within the middleware of the client and of the function that is called, and waits for the logger in the
 * end. Called by create-handler for every POST but probes: refused ones too, so that middleware sees what the app answers.
 */
import { openPipeline, type Pipeline } from "../middleware/index.ts";
import { queryKeys } from "../protocol/headers.ts";
import { internalError } from "./answer.ts";
import type { App } from "./app.ts";
import type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
import { sdkHeaders } from "./respond.ts";
import { queryOf } from "./url.ts";

/** What belongs to one call. */
export interface CallScope {
  /** Null when there is no middleware. */
  readonly pipeline: Pipeline | null;
  /** The run's logger, once there is one. */
  logger: object;
}

export interface WithinInput {
  app: App;
  request: HandlerRequest;
  /** What the framework called the adapter with. */
  args: readonly unknown[];
  body: string;
  /** Carries the call out. Never rejects. */
  answer: (scope: CallScope) => Promise<HandlerResponse>;
}

export async function answerWithin({ app, request, args, body, answer }: WithinInput): Promise<HandlerResponse> {
  const { client } = app.options;
  const scope: { pipeline: Pipeline | null; logger: object } = { pipeline: null, logger: client.logger };
  let response: HandlerResponse;
  try {
    const fn = app.functions.get(queryOf(request).get(queryKeys.functionId) ?? "")?.fn ?? null;
    scope.pipeline = openPipeline([...client.middleware, ...(fn?.middleware ?? [])], { client, fn });
    const { pipeline } = scope;
    response = await (pipeline
      ? pipeline.wrapRequest({ url: request.url, headers: sdkHeaders(app, request), body, args }, () => answer(scope))
      : answer(scope));
  } catch (error) {
    const headers = { "content-type": "application/json" };
    response = { status: 500, headers, body: JSON.stringify(internalError(error).json) };
  }
  await flush(scope.logger);
  return response;
}

/** Lets a logger write what it has kept, before the runtime may stop the app. One that cannot changes nothing. */
async function flush(logger: { flush?: unknown }): Promise<void> {
  if (typeof logger.flush !== "function") return;
  try {
    await logger.flush();
  } catch {
    // There is nowhere left to say so.
  }
}
