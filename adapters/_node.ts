/**
 * Bridge between Node.js requests and the handler. Used by adapters of frameworks that sit on node:http.
 * Reads bodies as text and writes answers whole: no web streams, which cost more than all the rest of a call.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HandlerRequest, RequestHandler } from "../src/handler/index.ts";

/** A request; frameworks may have parsed the body already, or kept the original address. */
export interface NodeRequest extends IncomingMessage {
  body?: unknown;
  originalUrl?: string;
}

/** Answers a request through the handler. An app that goes away in mid-body gets no answer. */
export async function handleNodeRequest(handle: RequestHandler, req: NodeRequest, res: ServerResponse): Promise<void> {
  try {
    const { status, headers, body } = await handle(toHandlerRequest(req));
    if (res.destroyed) return;
    res.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
    res.end(body);
  } catch {
    // The body could not be read: the other side has hung up.
    res.destroy();
  }
}

function toHandlerRequest(req: NodeRequest): HandlerRequest {
  const { headers } = req;
  return {
    method: req.method ?? "GET",
    url: toUrl(req),
    headers: {
      get: (name) => {
        const value = headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
      },
    },
    text: () => readBody(req),
  };
}

function toUrl(req: NodeRequest): string {
  const path = req.originalUrl ?? req.url ?? "/";
  const { host, "x-forwarded-proto": forwarded } = req.headers;
  if (host === undefined || !path.startsWith("/")) return path;
  const encrypted = "encrypted" in req.socket && req.socket.encrypted === true;
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",")[0]?.trim();
  return `${first || (encrypted ? "https" : "http")}://${host}${path}`;
}

function readBody(req: NodeRequest): Promise<string> {
  if (req.body !== undefined && req.body !== null) return Promise.resolve(textOf(req.body));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    req.on("error", reject);
    req.on("close", () => reject(new Error("The request was aborted.")));
  });
}

function textOf(body: unknown): string {
  if (typeof body === "string") return body;
  return Buffer.isBuffer(body) ? body.toString("utf8") : JSON.stringify(body);
}
