/**
 * Finds apps on this machine: which of the usual ports are open, and which of the usual paths answers like an app.
 * Called by sync-loop. Must never register anything: it only looks.
 */
import type { SdkCaller } from "../../ports/sdk-caller.ts";

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Ports that development servers listen on; others are found where the system tells which ones are open. */
export const discoveryPorts: readonly number[] = [
  80,
  443,
  ...range(3000, 3010),
  3032,
  4321,
  5000,
  5173,
  8000,
  8080,
  8081,
  8108,
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

/** Ports below 65,536 on which something listens on this machine; none where the system does not tell. Must not reject. */
export type ListListening = () => Promise<readonly number[]>;

/** What listens there is no app, and logs or counts a stranger's request. */
const otherPorts: ReadonlySet<number> = new Set([
  22, 25, 53, 110, 111, 139, 143, 389, 445, 465, 587, 631, 636, 993, 995, 1433, 1521, 2049, 2375, 2379, 2380, 3306,
  3389, 4222, 5037, 5353, 5432, 5433, 5671, 5672, 5900, 6379, 6380, 6432, 7687, 8288, 8289, 9042, 9092, 9229, 9300,
  11211, 26257, 26379, 27017,
]);

/** From here on ports are handed out to whoever asks for any: tests and helpers of other programs, no server of a developer. */
const firstChosenPort = 32_768;

const mayServeAnApp = (port: number): boolean => port < firstChosenPort && !otherPorts.has(port);

export interface DiscoverOptions {
  caller: Pick<SdkCaller, "probe">;
  dial: Dial;
  listening: ListListening;
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

/** Urls of the apps found, at most one a port, the usual ports first. Ports are tried side by side, paths one by one. */
export async function discoverApps(options: DiscoverOptions): Promise<string[]> {
  const listening = (await options.listening()).filter(mayServeAnApp);
  const ports = [...new Set([...options.ports, ...listening])].filter((port) => port !== options.ownPort);
  const found = await Promise.all(ports.map((port) => findOnPort(port, options)));
  return found.filter((url) => url !== null);
}
