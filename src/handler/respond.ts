/** The last step of every request: writes the answer, adds the protocol's headers, signs. */

import { headerKeys } from "../protocol/headers.ts";
import { requestVersion } from "../protocol/version.ts";
import { signBody } from "../signing/index.ts";
import type { Answer } from "./answer.ts";
import { internalError } from "./answer.ts";
import type { App } from "./app.ts";
import type { HandlerRequest, HandlerResponse } from "./handler-request.ts";
import type { Verification } from "./verify.ts";

const ECHOED = [headerKeys.traceparent, headerKeys.tracestate] as const;

export interface RespondInput {
  app: App;
  request: HandlerRequest;
  answer: Answer;
  /** What was found about the sender. Who is refused learns nothing about the app. */
  verification: Verification;
  /** How long the request took, in milliseconds. */
  durationMs: number;
}

export async function respond({
  app,
  request,
  answer,
  verification,
  durationMs,
}: RespondInput): Promise<HandlerResponse> {
  const timing = { "server-timing": `handler;dur=${Math.round(durationMs)}` };
  if (!verification.ok) {
    const headers = { "content-type": "application/json", [headerKeys.sdkHandled]: "true", ...timing };
    return { status: answer.status, headers, body: write(answer).body };
  }
  const { status, body } = write(answer);
  const headers: Record<string, string> = {
    ...app.options.client.headers,
    [headerKeys.framework]: app.frameworkName,
    ...timing,
    [headerKeys.requestVersion]: String(requestVersion),
    ...answer.headers,
  };
  for (const name of ECHOED) echo(request, headers, name, name);
  echo(request, headers, headerKeys.serverKind, headerKeys.expectedServerKind);
  if (verification.key !== null) headers[headerKeys.signature] = await signBody(verification.key, body, Date.now());
  return { status, headers, body };
}

function write(answer: Answer): { status: number; body: string } {
  if (answer.text !== undefined) return { status: answer.status, body: answer.text };
  try {
    return { status: answer.status, body: JSON.stringify(answer.json) };
  } catch (error) {
    const { status, json } = internalError(error);
    return { status, body: JSON.stringify(json) };
  }
}

function echo(request: HandlerRequest, headers: Record<string, string>, from: string, to: string): void {
  const value = request.headers.get(from);
  if (value !== null && value !== "") headers[to] = value;
}
