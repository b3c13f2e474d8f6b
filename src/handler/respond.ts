/** The last step of every request: writes the answer, adds the protocol's headers, signs. */

import { headerKeys } from "../protocol/headers.ts";
import { requestVersion } from "../protocol/version.ts";
import { signBody } from "../signing/index.ts";
import { type Answer, internalError } from "./answer.ts";
import type { App } from "./app.ts";
import type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
import type { Verification } from "./verify.ts";

/** Headers of the request that come back, and under which name. */
const ECHOED = [
  [headerKeys.traceparent, headerKeys.traceparent],
  [headerKeys.tracestate, headerKeys.tracestate],
  [headerKeys.serverKind, headerKeys.expectedServerKind],
] as const;

export interface RespondInput {
  app: App;
  request: HandlerRequest;
  answer: Answer;
  /** What was found about the sender. Who is refused learns nothing about the app. */
  verification: Verification;
  /** How long the request took, in milliseconds. */
  durationMs: number;
}

export async function respond(input: RespondInput): Promise<HandlerResponse> {
  const { app, request, verification, durationMs } = input;
  const { status, text, headers: own } = written(input.answer);
  const body = text as string;
  const timing = { "server-timing": `handler;dur=${Math.round(durationMs)}` };
  if (!verification.ok) {
    return {
      status,
      headers: { "content-type": "application/json", [headerKeys.sdkHandled]: "true", ...timing },
      body,
    };
  }
  const headers: Record<string, string> = {
    ...sdkHeaders(app, request),
    ...timing,
    [headerKeys.requestVersion]: String(requestVersion),
    ...own,
  };
  if (verification.key !== null) headers[headerKeys.signature] = await signBody(verification.key, body, Date.now());
  return { status, headers, body };
}

/** What the SDK says of itself, and what of the request comes back. */
export function sdkHeaders(app: App, request: HandlerRequest): Record<string, string> {
  const headers: Record<string, string> = {
    ...app.headers,
    [headerKeys.framework]: app.frameworkName,
    "server-timing": "",
  };
  for (const [from, to] of ECHOED) {
    const value = request.headers.get(from);
    if (value) headers[to] = value;
  }
  return headers;
}

/** The answer with its JSON as text. */
function written(answer: Answer): Answer {
  const { text, json } = answer;
  if (text !== undefined) return answer;
  try {
    return { ...answer, text: JSON.stringify(json) };
  } catch (error) {
    return written(internalError(error));
  }
}
