/** An engine in the test's own process, on real HTTP, and a way to give it apps. Both end with the test. */
import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createServer, type StepwellServer } from "../../server/src/main.ts";
import { createEngineApi, type EngineApi } from "./engine-api.ts";

type Options = Parameters<typeof createServer>[0];

export interface LocalEngine {
  server: StepwellServer;
  api: EngineApi;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Starts an engine in memory on a free port; retries come after 20 ms unless the options say otherwise. */
export async function startLocalEngine(options: Partial<Options> = {}): Promise<LocalEngine> {
  const server = createServer({
    mode: "dev",
    host: "127.0.0.1",
    port: 0,
    store: null,
    discovery: false,
    poll: false,
    retryIntervalMs: 20,
    logger: silent,
    ...options,
  });
  await server.start();
  onTestFinished(() => server.stop());
  const auth = {
    ...(options.eventKeys?.[0] === undefined ? {} : { eventKey: options.eventKeys[0] }),
    ...(options.signingKey ? { signingKey: options.signingKey } : {}),
  };
  return { server, api: createEngineApi(server.url, auth) };
}

/** Serves a request listener on a free port, or on the one given, until the test ends; resolves with its origin. */
export async function serveLocally(
  listener: RequestListener,
  port = 0,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
