/**
 * Answers a call within the middleware of the client and of the function that is called, and waits for the logger in the
 * end. Called by create-handler for every POST but probes: refused ones too, so that middleware sees what the app answers.
 */
import { openPipeline, type Pipeline } from "../../middleware/index.ts";
import { headerKeys, queryKeys } from "../../protocol/headers.ts";
import { signBody } from "../../signing/index.ts";
import { internalError } from "../answer.ts";
import type { App } from "../app.ts";
import type { HandlerRequest, HandlerResponse } from "../handler-request.ts";
import { sdkHeaders } from "../respond.ts";
import { queryOf } from "../url.ts";
import { type RunLogs, withLogs } from "./run-logs.ts";

/** What belongs to one call. */
export interface CallScope {
  /** Null when there is no middleware. */
  readonly pipeline: Pipeline | null;
  /** The run's logger, once there is one. */
  logger: object;
  /** What the logger keeps for the engine. Null when the engine takes no logs. */
  logs: RunLogs | null;
}

export interface WithinInput {
  app: App;
  request: HandlerRequest;
  /** What the framework called the adapter with. */
  args: readonly unknown[];
  body: string;
  /** What answers are signed with; null when they are not. */
  key: string | null;
  /** Carries the call out. Never rejects. */
  answer: (scope: CallScope) => Promise<HandlerResponse>;
}

export async function answerWithin({ app, request, args, body, key, answer }: WithinInput): Promise<HandlerResponse> {
  const { client } = app.options;
  const scope: CallScope & { pipeline: Pipeline | null } = { pipeline: null, logger: client.logger, logs: null };
  let response: HandlerResponse;
  let signed: string | undefined;
  const answered = async (): Promise<HandlerResponse> => {
    const own = await answer(scope);
    signed = own.body;
    return own;
  };
  try {
    const fn = app.functions.get(queryOf(request).get(queryKeys.functionId) ?? "")?.fn ?? null;
    scope.pipeline = openPipeline([...client.middleware, ...(fn?.middleware ?? [])], { client, fn });
    const { pipeline } = scope;
    response = await (pipeline
      ? pipeline.wrapRequest({ url: request.url, headers: sdkHeaders(app, request), body, args }, answered)
      : answered());
  } catch (error) {
    const headers = { "content-type": "application/json" };
    response = { status: 500, headers, body: JSON.stringify(internalError(error).json) };
  }
  await flush(scope.logger);
  // An answer that middleware has changed goes out as it left it.
  return scope.logs && response.body === signed ? addLogs(response, scope.logs, key) : response;
}

/** Last, so that middleware sees the answer itself, and what it logs is there as well. */
async function addLogs(response: HandlerResponse, runLogs: RunLogs, key: string | null): Promise<HandlerResponse> {
  const logs = await runLogs.end(response.body);
  if (logs === null) return response;
  const body = withLogs(response.body, logs);
  const headers: HandlerResponse["headers"] = { ...response.headers, [headerKeys.logs]: String(logs.length) };
  if (key !== null) headers[headerKeys.signature] = await signBody(key, body, Date.now());
  return { ...response, headers, body };
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
