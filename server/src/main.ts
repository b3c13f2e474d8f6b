/**
 * The composition root: makes an engine out of its parts. The only file that picks implementations.
 * Called by the command line, by tests and by programs that run an engine of their own.
 * @module stepwell-server
 */

import { createAlertSender } from "./alerts/create-alert-sender.ts";
import { createActivityFeed } from "./api/activity-feed.ts";
import type { Api } from "./api/api-parts.ts";
import { createApi } from "./api/create-api.ts";
import { createMetricsApi } from "./api/routes/metrics.ts";
import { type Listener, listen } from "./api/server.ts";
import { discoverApps, discoveryPorts } from "./core/apps/discover-apps.ts";
import { createSyncLoop, type SyncLoop } from "./core/apps/sync-loop.ts";
import { createEngine } from "./core/create-engine.ts";
import type { Engine } from "./core/engine.ts";
import { type EngineLimits, resolveLimits } from "./core/limits/limits.ts";
import { createUlidFactory } from "./domain/ids.ts";
import { engineVersion } from "./domain/version.ts";
import { createEmbeddedApps } from "./embedded-apps.ts";
import { createMetrics, type EngineMetrics, type MetricsOptions, timeCommits } from "./metrics/create-metrics.ts";
import { folderOf, openStore } from "./open-store.ts";
import type { Clock } from "./ports/clock.ts";
import type { HttpClient } from "./ports/http-client.ts";
import type { Meter } from "./ports/meter.ts";
import type { Notifier } from "./ports/notifier.ts";
import type { Store, StoreReader } from "./ports/store.ts";
import { assertServerOptions, type ServerOptions, toAppUrl } from "./server-options.ts";
import { createAheadClock } from "./system/ahead-clock.ts";
import { dialPort } from "./system/dial-port.ts";
import { createDiskPercent } from "./system/disk-percent.ts";
import { listListeningPorts } from "./system/listening-ports.ts";
import { createPinoLogger } from "./system/pino-logger.ts";
import { createSystemClock } from "./system/system-clock.ts";
import { createSystemRandom } from "./system/system-random.ts";
import { createPostTraces } from "./tracing/post-traces.ts";
import { createTraceExporter, type TraceExporter, type TraceExporterOptions } from "./tracing/trace-exporter.ts";
import { createHttpClient } from "./transport/http-client.ts";
import { createHttpSdkCaller } from "./transport/http-sdk-caller.ts";
import { createInProcessSdkCaller, type InProcessHandler, inProcessOrigin } from "./transport/in-process-sdk-caller.ts";

export type { OidcOptions } from "./api/access/oidc-provider.ts";
export type { EmbeddedApp, PostgresOptions, ServerOptions } from "./server-options.ts";
export { createPinoLogger } from "./system/pino-logger.ts";

export interface StepwellServer {
  /** Where it listens, for clients on this machine. Known once `start` has resolved. */
  readonly url: string;
  /** Known once `start` has resolved. */
  readonly port: number;
  /** The port that answers `GET /metrics` alone; null without one, and before `start`. */
  readonly metricsPort: number | null;
  readonly engine: Engine;
  /** For reading: the engine alone writes. */
  readonly store: StoreReader;
  /** Whether this engine does what only one of those that share a Postgres has to do. True where it is the only one. */
  leads(): boolean;
  /**
   * The process stays alive until `stop`, with nothing that listens too.
   * @throws EngineError `port_taken`, and what the store throws; the state is let go of then.
   */
  start(): Promise<void>;
  /** Takes no more work, waits up to `graceMs` (default 10,000) for running calls, closes everything. Can be called twice. */
  stop(graceMs?: number): Promise<void>;
}

const defaultPort = 8288;
const defaultRetentionMs = 90 * 86_400_000;
/** The longest that Node.js takes. */
const longestIntervalMs = 2 ** 31 - 1;

/** Tells all of them. */
function toAll(...notifiers: readonly Notifier[]): Notifier {
  return {
    notify(activity, origin) {
      for (const notifier of notifiers) notifier.notify(activity, origin);
    },
  };
}

const silentNotifier: Notifier = { notify: () => undefined };

interface CallerParts {
  serverKind: "dev" | "cloud";
  clock: Clock;
  handlers: Map<string, InProcessHandler>;
  limits: EngineLimits;
}

/** The ways to the apps, and to others for steps that make requests. */
function createCallers(options: ServerOptions, { serverKind, clock, handlers, limits }: CallerParts) {
  const { signingKey = null } = options;
  const { responseBytes } = limits;
  const callTimeoutMs = options.callTimeoutMs ?? limits.callTimeoutMs;
  const remote = createHttpSdkCaller({ signingKey, serverKind, clock, callTimeoutMs, responseBytes });
  const caller = createInProcessSdkCaller({ handlers, clock, remote, callTimeoutMs, responseBytes });
  const timeout = options.callTimeoutMs === undefined ? {} : { timeoutMs: options.callTimeoutMs };
  return { caller, http: options.http ?? createHttpClient({ clock, ...timeout }) };
}

/** What metrics call functions and apps. `engine`: known before anything is counted. */
function namesOf(engine: () => Engine): Pick<MetricsOptions, "functionName" | "appName"> {
  return {
    functionName: (id) => engine().functionById(id)?.slug ?? null,
    appName: (id) =>
      engine()
        .apps()
        .find((app) => app.id === id)?.name ?? null,
  };
}

/** The way to the channels of alerts, and how full the disk is that they watch. */
function alertPorts({ store: place, maxDiskBytes = null }: ServerOptions, store: Store, http: HttpClient) {
  const directory = folderOf(place);
  return {
    alertSender: createAlertSender({ http }),
    diskPercent: createDiskPercent({ directory, maxDiskBytes, usedBytes: () => store.usedBytes() }),
  };
}

/** Null when nobody is to be told. */
function createTraces(
  { otlp }: ServerOptions,
  parts: Pick<TraceExporterOptions, "store" | "clock" | "logger" | "functionName">,
): TraceExporter | null {
  if (otlp === undefined) return null;
  const post = createPostTraces(otlp.endpoint, otlp.headers ?? {});
  return createTraceExporter({ ...parts, post, version: engineVersion });
}

/** `ownUrl`: where apps of this machine reach the engine, once it listens. */
function createParts(options: ServerOptions, ownUrl: () => string) {
  const logger = options.logger ?? createPinoLogger("warn");
  const serverKind: "dev" | "cloud" = options.mode === "start" ? "cloud" : "dev";
  const inProcess = (options.apps ?? []).length > 0 ? inProcessOrigin : null;
  let metrics: EngineMetrics | null = null;
  const meter: Meter = { count: (tallies) => metrics?.count(tallies) };
  const store = openStore({ ...options, inProcess, meter });
  // Engines that share a state go by the clock of the database: theirs may differ.
  const clock = options.clock ?? createAheadClock(createSystemClock(), () => store.peers?.aheadMs() ?? 0);
  const feed = createActivityFeed(clock);
  const names = namesOf(() => engine);
  const traces = createTraces(options, { store, clock, logger, ...names });
  const notifier = toAll(options.notifier ?? silentNotifier, feed, traces ?? silentNotifier);
  const handlers = new Map<string, InProcessHandler>();
  const limits = resolveLimits(options.limits);
  const { caller, http } = createCallers(options, { serverKind, clock, handlers, limits });
  const random = options.random ?? createSystemRandom();
  const writer = createUlidFactory(() => random.next())(clock.now());
  const counting = createMetrics({ store, clock, logger, writer, ...names });
  metrics = counting;
  const engine: Engine = createEngine({
    store: timeCommits(store, counting.committed),
    caller,
    http,
    clock,
    random,
    logger,
    notifier,
    meter,
    shared: store.shared,
    workers: options.workers ?? 100,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
    retryIntervalMs: options.retryIntervalMs ?? null,
    rateLimitMode: options.rateLimitMode ?? "sliding",
    limits,
    retentionMs: retentionOf(options),
    maxDiskBytes: options.maxDiskBytes ?? null,
    pinAddresses: serverKind === "cloud",
    ownUrl,
    ...alertPorts(options, store, http),
  });
  return {
    clock,
    random,
    logger,
    notifier,
    feed,
    metrics: counting,
    traces,
    serverKind,
    store,
    caller,
    http,
    engine,
    handlers,
  };
}

const loopback = "127.0.0.1";
const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);

function retentionOf({ retentionMs }: ServerOptions): number | null {
  return retentionMs === undefined ? defaultRetentionMs : retentionMs;
}

/** `trusted`: who asks is in this process, and needs no key. */
function createApp(options: ServerOptions, parts: ReturnType<typeof createParts>, trusted: boolean): Api {
  const { engine, store, clock, logger, serverKind, feed, metrics } = parts;
  const keys = {
    signingKey: options.signingKey ?? "",
    signingKeyFallback: options.signingKeyFallback ?? null,
    eventKeys: [...(options.eventKeys ?? [])],
  };
  const auth = options.mode === "start" && !trusted ? keys : null;
  const { allowedHosts = [], host = loopback } = options;
  const gate = trusted ? null : { allowedHosts: [...allowedHosts, host], exposed: !isLoopback(host) };
  return createApi({
    engine,
    store,
    access: store.access,
    clock,
    logger,
    auth,
    trustedProxies: options.trustedProxies ?? [],
    oidc: options.oidc,
    kept: { retentionMs: retentionOf(options), maxDiskBytes: options.maxDiskBytes ?? null },
    serverKind,
    version: engineVersion,
    gate,
    feed,
    metrics,
  });
}

/** The address for clients on this machine. */
function toOwnUrl(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Keeps apps at other addresses in sync. `ownPort` is known once the server listens. */
function createLoop(options: ServerOptions, parts: ReturnType<typeof createParts>, ownPort: () => number): SyncLoop {
  const { caller } = parts;
  const ports = options.discoveryPorts ?? discoveryPorts;
  const discover = () =>
    discoverApps({ caller, dial: dialPort, listening: listListeningPorts, ports, ownPort: ownPort() });
  return createSyncLoop({
    ...parts,
    appUrls: (options.appUrls ?? []).map(toAppUrl),
    discover: options.discovery === true ? discover : null,
    poll: options.poll ?? (options.mode !== "start" && (options.apps ?? []).length === 0),
    pollIntervalMs: options.pollIntervalMs ?? 5000,
    leads: () => parts.store.peers?.leads() ?? true,
  });
}

interface Listeners {
  /** 0 where the API is not served. */
  port(): number;
  metricsPort(): number | null;
  open(app: Api): Promise<void>;
  close(): Promise<void>;
}

/** The ports: that of the API, and one on loopback for a Prometheus that has no key. */
function createListeners(
  { port: given, apps = [], findFreePort: findFree = false, metricsPort = null }: ServerOptions,
  { metrics, serverKind, logger }: ReturnType<typeof createParts>,
  host: string,
): Listeners {
  const wanted = given === undefined ? (apps.length > 0 ? null : defaultPort) : given;
  const open: { api: Listener | null; metrics: Listener | null } = { api: null, metrics: null };
  return {
    port: () => open.api?.port ?? wanted ?? 0,
    metricsPort: () => open.metrics?.port ?? null,
    async open(api) {
      if (wanted !== null) open.api = await listen({ app: api, host, port: wanted, findFree });
      if (metricsPort === null) return;
      const app = createMetricsApi(metrics, serverKind, logger);
      open.metrics = await listen({ app, host: loopback, port: metricsPort, findFree: false });
    },
    async close() {
      await Promise.all([open.api?.close(), open.metrics?.close()]);
    },
  };
}

/**
 * Makes an engine and opens its state. `start` makes it work and listen.
 * @throws EngineError `invalid_config`, and what the store throws: `store_busy`, `store_readonly`, `store_newer`, `store_damaged`
 */
export function createServer(options: ServerOptions): StepwellServer {
  assertServerOptions(options);
  const host = options.host ?? (options.mode === "start" ? "0.0.0.0" : loopback);
  const parts = createParts(options, () => toOwnUrl(host, listeners.port()));
  const { store, caller, http, engine, feed, metrics, traces } = parts;
  const app = createApp(options, parts, false);
  const apps = options.apps ?? [];
  const embedded = createEmbeddedApps({ ...parts, apps, api: createApp(options, parts, true) });
  const listeners = createListeners(options, parts, host);
  let stopping: Promise<void> | null = null;
  let alive: NodeJS.Timeout | undefined;
  const loop = createLoop(options, parts, listeners.port);

  const close = async (graceMs: number): Promise<void> => {
    const looping = loop.stop();
    // The API answers until the calls have ended: apps save their steps through it.
    await engine.stop(graceMs);
    feed.close();
    await listeners.close();
    await Promise.all([caller.close(), http.close(), metrics.stop(), traces?.stop()]);
    await looping;
    embedded.detach();
    await store.close();
    clearInterval(alive);
  };
  const stop: StepwellServer["stop"] = (graceMs = 10_000) => {
    stopping ??= close(graceMs);
    return stopping;
  };

  return {
    get url() {
      return toOwnUrl(host, listeners.port());
    },
    get port() {
      return listeners.port();
    },
    get metricsPort() {
      return listeners.metricsPort();
    },
    engine,
    store,
    leads: () => store.peers?.leads() ?? true,
    async start() {
      // A run may sleep for days while nothing listens: the process waits for it.
      alive = setInterval(() => undefined, longestIntervalMs);
      try {
        await embedded.connect();
        await engine.start();
        await embedded.sync();
        await listeners.open(app);
        loop.start();
      } catch (error) {
        await stop(0);
        throw error;
      }
    },
    stop,
  };
}
