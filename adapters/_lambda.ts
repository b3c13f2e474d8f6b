/**
 * Bridge between the events of serverless functions (API Gateway 1 and 2, load balancers, Netlify 1) and the handler.
 * Used by adapters of platforms that call a function with an event. Must not use Node.js.
 */
import type { HandlerRequest, RequestHandler } from "../src/handler/index.ts";

/** The parts of an event that are used, of every version. */
export interface LambdaEvent {
  body?: string | null;
  isBase64Encoded?: boolean;
  headers?: Readonly<Record<string, string | undefined>> | null;
  multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  /** Version 1. */
  httpMethod?: string;
  path?: string;
  queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  /** Version 2. */
  rawPath?: string;
  rawQueryString?: string;
  /** Netlify: the whole address. */
  rawUrl?: string;
  requestContext?: { path?: string; elb?: unknown; http?: { method?: string; path?: string } };
}

export interface LambdaResult {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Answers an event through the handler. @param context what the platform passed beside the event. */
export async function handleLambdaEvent(
  handle: RequestHandler,
  event: LambdaEvent,
  context: unknown,
): Promise<LambdaResult> {
  const { status, headers, body } = await handle(toHandlerRequest(event), [event, context]);
  return { statusCode: status, headers, body };
}

function toHandlerRequest(event: LambdaEvent): HandlerRequest {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (values) headers.set(name.toLowerCase(), values.join(", "));
  }
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value !== undefined) headers.set(name.toLowerCase(), value);
  }
  return {
    method: event.requestContext?.http?.method ?? event.httpMethod ?? "GET",
    url: event.rawUrl ?? `https://${headers.get("host") || "localhost"}${pathOf(event)}${queryOf(event)}`,
    headers: { get: (name) => headers.get(name) ?? null },
    text: async () => bodyText(event.body, event.isBase64Encoded),
    streams: false,
  };
}

/** The stage is part of the address that callers use, and only the context's path has it. */
function pathOf({ requestContext, rawPath, path }: LambdaEvent): string {
  return rawPath ?? requestContext?.path ?? path ?? "/";
}

function queryOf({ rawQueryString, queryStringParameters, requestContext }: LambdaEvent): string {
  if (rawQueryString !== undefined) return rawQueryString === "" ? "" : `?${rawQueryString}`;
  // Load balancers leave the values as they came; API Gateway decodes them.
  const encode = requestContext?.elb === undefined ? encodeURIComponent : (text: string) => text;
  const pairs = Object.entries(queryStringParameters ?? {}).map(
    ([key, value]) => `${encode(key)}=${encode(value ?? "")}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** A body that may have travelled as base64. */
export function bodyText(body: string | null | undefined, isBase64Encoded: boolean | undefined): string {
  if (!body || !isBase64Encoded) return body ?? "";
  return new TextDecoder().decode(Uint8Array.from(atob(body), (character) => character.charCodeAt(0)));
}
