/**
 * Finds apps on this machine: which of the usual ports are open, and which of the usual paths answers like an app.
 * Called by sync-loop. Must never register anything: it only looks.
 * Source: reference/server.md §1.3.
 */
import type { SdkCaller } from "../ports/sdk-caller.ts";

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Ports that development servers listen on. */
export const discoveryPorts: readonly number[] = [
  80,
  443,
  ...range(3000, 3010),
  4321,
  5000,
  5173,
  8000,
  8080,
  8081,
  8787,
  8888,
  ...range(8910, 8915),
];

/** Where frameworks serve their functions, tried in this order. */
export const discoveryPaths: readonly string[] = [
  "/api/inngest",
  "/x/inngest",
  "/.netlify/functions/inngest",
  "/.redwood/functions/inngest",
];

export const discoveryTimeoutMs = 2000;

const host = "127.0.0.1";

/** Whether something listens there. Must not reject. */
export type Dial = (host: string, port: number, timeoutMs: number) => Promise<boolean>;

export interface DiscoverOptions {
  caller: Pick<SdkCaller, "probe">;
  dial: Dial;
  ports: readonly number[];
  /** The engine's own port, which is left out. */
  ownPort: number;
}

async function findOnPort(port: number, { caller, dial }: DiscoverOptions): Promise<string | null> {
  if (!(await dial(host, port, discoveryTimeoutMs))) return null;
  const origin = port === 443 ? `https://${host}` : `http://${host}${port === 80 ? "" : `:${port}`}`;
  for (const path of discoveryPaths) {
    if (await caller.probe(origin + path, discoveryTimeoutMs)) return origin + path;
  }
  return null;
}

/** Urls of the apps found, at most one a port, in the order of `ports`. Ports are tried side by side, paths one by one. */
export async function discoverApps(options: DiscoverOptions): Promise<string[]> {
  const ports = [...new Set(options.ports)].filter((port) => port !== options.ownPort);
  const found = await Promise.all(ports.map((port) => findOnPort(port, options)));
  return found.filter((url) => url !== null);
}
