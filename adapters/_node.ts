/**
 * Bridge between Node.js requests and the handler. Used by adapters of frameworks that sit on node:http.
 * Reads bodies as text and writes answers whole: no web streams, which cost more than all the rest of a call.
 * Imports nothing of Node.js at run time, since adapters that also run on the edge use it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HandlerRequest, HandlerResponse, RequestHandler } from "../src/handler/index.ts";

export { pooledFetch } from "./_pooled-fetch.ts";

/** A request; frameworks may have read or parsed the body already, or kept the original address. */
export interface NodeRequest extends IncomingMessage {
  /** As text or bytes, or parsed. */
  body?: unknown;
  /** The body as it came, where a platform keeps it beside the parsed one. */
  rawBody?: unknown;
  originalUrl?: string;
}

/** What a framework knows better than the request itself. */
export interface NodeRequestOverrides {
  body?: unknown;
  url?: string | undefined;
}

/** Answers a request through the handler. A caller that hangs up in mid-body gets no answer. */
export async function handleNodeRequest(handle: RequestHandler, req: NodeRequest, res: ServerResponse): Promise<void> {
  writeNodeResponse(await handle(toHandlerRequest(req), [req, res]), res);
}

/** Sends an answer, as a stream when it is one. */
function writeNodeResponse({ status, headers, body, stream }: HandlerResponse, res: ServerResponse): void {
  if (res.destroyed) return;
  if (stream) {
    res.writeHead(status, headers).flushHeaders();
    void pipe(stream, res);
    return;
  }
  res.writeHead(status, { ...headers, "content-length": new TextEncoder().encode(body).length });
  res.end(body);
}

async function pipe(stream: ReadableStream<Uint8Array>, res: ServerResponse): Promise<void> {
  const reader = stream.getReader();
  res.on("close", () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    res.write(value);
  }
  res.end();
}

export function toHandlerRequest(req: NodeRequest, overrides: NodeRequestOverrides = {}): HandlerRequest {
  const { headers } = req;
  const path = overrides.url ?? req.originalUrl ?? req.url ?? "/";
  const scheme = "encrypted" in req.socket && req.socket.encrypted === true ? "https" : "http";
  return {
    method: req.method ?? "GET",
    url: path.startsWith("/") ? `${scheme}://${headers.host || "localhost"}${path}` : path,
    headers: {
      get: (name) => {
        const value = headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
      },
    },
    text: async (maxBytes) => {
      for (const body of [req.rawBody, overrides.body, req.body]) {
        if (body !== undefined && body !== null) return textOf(body, headers);
      }
      return readRequestBody(req, maxBytes);
    },
  };
}

/**
 * Reads a request's body, until its end or until there are more than `maxBytes` of it.
 * @returns an empty text when somebody else has read it.
 * @throws {Error} when the caller hangs up.
 * @example
 * const listener: import("node:http").RequestListener = async (req, res) => res.end(await readRequestBody(req));
 */
export function readRequestBody(req: IncomingMessage, maxBytes: number = Number.POSITIVE_INFINITY): Promise<string> {
  if (req.readableEnded) return Promise.resolve("");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (): void => resolve(Buffer.concat(chunks).toString("utf8"));
    req.on("data", (chunk: Buffer) => {
      if (sizeBytes > maxBytes) return;
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes > maxBytes) finish();
    });
    req.on("end", finish);
    req.on("error", reject);
    req.on("close", () => reject(new Error("the caller hung up")));
  });
}

/** Parsers make an empty object of no body at all, which no signature covers. */
function textOf(body: unknown, headers: IncomingMessage["headers"]): string {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const text = JSON.stringify(body);
  const empty = !Number(headers["content-length"]) && headers["transfer-encoding"] === undefined;
  return text === "{}" && empty ? "" : text;
}
