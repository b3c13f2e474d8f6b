/** A small real HTTP server in place of an app, for tests of what apps may do. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface AppServer {
  url: string;
  /** Requests so far, in their order. */
  seen: SeenRequest[];
  /** TCP connections so far. */
  connections(): number;
  server: Server;
  close(): Promise<void>;
}

export type Answering = (request: SeenRequest, response: ServerResponse, count: number) => void;

/** `answer` gets each request once its body has arrived; `count` is its number, from 1. */
export async function startAppServer(answer: Answering): Promise<AppServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const listener: RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url: path = "", headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
      answer(request, response, seen.push(request));
    });
  };
  const server = createServer(listener);
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections: () => connections,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
