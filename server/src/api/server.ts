/**
 * Listens on a port and hands requests to the API. Called by main. Must never outlive its `close`.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { EngineError } from "../domain/error.ts";

const highestPort = 65_535;
/** Clients may reuse an idle connection for so long. */
const keepAliveMs = 65_000;
const sweepMs = 10;

export interface ListenOptions {
  /** A Hono app, or anything else that answers requests. */
  app: { fetch(request: Request, env: object): Response | Promise<Response> };
  host: string;
  /** 0 for any free one. */
  port: number;
  /** Whether a taken port means the next free one above it. */
  findFree: boolean;
}

export interface Listener {
  /** The port that it listens on, which with `findFree` may not be the one that was asked for. */
  port: number;
  /** Takes no more connections, waits up to `graceMs` (default 1,000) for requests being answered, then cuts them. */
  close(graceMs?: number): Promise<void>;
}

function tryListen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

function toEngineError(error: unknown, host: string, port: number): EngineError {
  const code = (error as { code?: unknown }).code;
  if (code === "EADDRINUSE") {
    return new EngineError(
      "port_taken",
      `Port ${port} on ${host} is taken by another program. Stop that program, or choose another port with --port.`,
      { cause: error },
    );
  }
  if (code === "EACCES") {
    return new EngineError(
      "invalid_config",
      `Port ${port} may not be used by this user. Choose one above 1023 with --port.`,
      { cause: error },
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return new EngineError("invalid_config", `Cannot listen on ${host}:${port}: ${why}. Check --host and --port.`, {
    cause: error,
  });
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection that was answering becomes idle later, and would then be kept.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** @throws EngineError `port_taken`, `invalid_config` */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { app, host, findFree } = options;
  for (let port = options.port; ; port++) {
    const server = createAdaptorServer({ fetch: app.fetch, hostname: host }) as Server;
    server.keepAliveTimeout = keepAliveMs;
    try {
      await tryListen(server, host, port);
    } catch (error) {
      const taken = (error as { code?: unknown }).code === "EADDRINUSE";
      if (taken && findFree && port < highestPort) continue;
      throw toEngineError(error, host, port);
    }
    return { port: (server.address() as AddressInfo).port, close: (graceMs = 1_000) => closeServer(server, graceMs) };
  }
}
