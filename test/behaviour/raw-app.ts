/** An app of bare HTTP answers: says to the engine what no SDK says. */
import type { ServerResponse } from "node:http";
import type { CallRequest } from "stepwell/protocol";
import { type SeenRequest, startAppServer } from "../helpers/app-server.ts";
import { functionConfig, registration } from "../helpers/core-engine.ts";

export interface RawCall {
  body: CallRequest;
  stepId: string;
  /** Its number among this function's calls, from 1. */
  count: number;
}

export interface RawReply {
  status?: number;
  headers?: Record<string, string>;
  /** False leaves out the headers of an SDK. */
  isFromSdk?: false;
  /** Sent as it is when it is a text, else as JSON. */
  body: unknown;
}

export interface RawFunction {
  /** Options as a registration has them. */
  config?: Record<string, unknown>;
  /** Null: the connection is cut. */
  answer(call: RawCall): RawReply | null | Promise<RawReply | null>;
}

export interface RawApp {
  url: string;
  registration: Record<string, unknown>;
  close(): Promise<void>;
}

const sdkHeaders = { "content-type": "application/json", "x-inngest-sdk": "js:v4.24.0", "x-inngest-req-version": "2" };

/** An answer of operations. */
export const ops = (...list: unknown[]): RawReply => ({ status: 206, body: list });

export const done = (value: unknown = "done"): RawReply => ({ status: 200, body: value });

export async function startRawApp(functions: Record<string, RawFunction>): Promise<RawApp> {
  const counts = new Map<string, number>();
  const reply = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    const query = new URL(request.path, "http://app.test").searchParams;
    const slug = query.get("fnId") ?? "";
    const count = (counts.get(slug) ?? 0) + 1;
    counts.set(slug, count);
    const stepId = query.get("stepId") ?? "";
    const answer = await functions[slug]?.answer({ body: JSON.parse(request.body) as CallRequest, stepId, count });
    if (answer === null || answer === undefined) {
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.status ?? 200, { ...(answer.isFromSdk ?? sdkHeaders), ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  };
  const app = await startAppServer((request, response) => void reply(request, response));
  const configs = Object.entries(functions).map(([slug, { config }]) => functionConfig(slug, config));
  const text = JSON.stringify(registration(configs)).replaceAll("http://app.test", app.url);
  return { url: app.url, registration: JSON.parse(text) as Record<string, unknown>, close: () => app.close() };
}
