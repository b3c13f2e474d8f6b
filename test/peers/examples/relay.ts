/** An HTTP server that passes requests on as they are, and tells what went by. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks one server what another was asked, headers and all. */
export function passOn(target: string, { method, path, headers, body }: Asked): Promise<Reply> {
  const { "content-length": _old, ...rest } = headers;
  const sent = body === "" ? rest : { ...rest, "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(new URL(path, target), { method, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function createRelay(answer: (asked: Asked) => Promise<Reply>): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const { method = "GET", url = "/", headers } = request;
      try {
        const reply = await answer({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
        const { "content-length": _l, "transfer-encoding": _t, connection: _c, ...kept } = reply.headers;
        response.writeHead(reply.status, kept);
        response.end(reply.body);
      } catch {
        response.destroy();
      }
    });
  });
}
