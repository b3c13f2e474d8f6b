/**
 * Puts core together: what was asked for in `core/engine`, over the ports.
 */
import { EngineError } from "../domain/error.ts";
import { createUlidFactory } from "../domain/ids.ts";
import type { RateLimitMode } from "../domain/transition.ts";
import type { Clock } from "../ports/clock.ts";
import type { HttpClient } from "../ports/http-client.ts";
import type { Logger } from "../ports/logger.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Random } from "../ports/random.ts";
import type { SdkCaller, SyncOutcome } from "../ports/sdk-caller.ts";
import type { Store } from "../ports/store.ts";
import { toAppPlace } from "./app-place.ts";
import { cancelRun } from "./cancel.ts";
import { checkpoint } from "./checkpoint.ts";
import { createOperations } from "./create-operations.ts";
import type { AppUrl, Engine } from "./engine.ts";
import { executeItem } from "./execute-item.ts";
import { ingest } from "./ingest.ts";
import { invoke } from "./invoke.ts";
import { type LimitName, resolveLimits } from "./limits.ts";
import type { Parts } from "./parts.ts";
import { createRegistry } from "./registry.ts";
import { createRetention, type Retention, type RetentionOptions } from "./retention.ts";
import { sendSignal } from "./signal.ts";
import { removeApp, syncApp } from "./sync-app.ts";
import { createWorker, type Worker } from "./worker.ts";

export interface EngineOptions {
  store: Store;
  caller: SdkCaller;
  /** For the requests that the engine makes for steps. */
  http: HttpClient;
  clock: Clock;
  random: Random;
  logger: Logger;
  notifier: Notifier;
  /** Calls to apps at once, 1 or more. Default: 100. */
  workers?: number;
  /** Limits by name, see core/limits. Default: the protocol's. */
  limits?: Partial<Record<LimitName, number>>;
  /** Runs that ended so many milliseconds ago go, and events. Null: none do for their age. Default: null. */
  retentionMs?: number | null;
  /** Bytes of records beyond which the oldest go. Null: no bound. Default: null. */
  maxDiskBytes?: number | null;
  /** `sliding`: `rateLimit` means its limit in any period. `gcra`: spread out, as Inngest's server does. Default: sliding. */
  rateLimitMode?: RateLimitMode;
  /** The same wait before every retry, in milliseconds. Null: the backoff table. Default: null. */
  retryIntervalMs?: number | null;
}

const defaultWorkers = 100;
const defaultGraceMs = 10_000;

export function createEngine(options: EngineOptions): Engine {
  const { store, caller, http, clock, random, logger, notifier } = options;
  const parts: Parts = {
    store,
    caller,
    http,
    clock,
    random,
    logger,
    notifier,
    registry: createRegistry(store),
    newId: createUlidFactory(() => random.next()),
    backoff: { retryIntervalMs: options.retryIntervalMs ?? null },
    limits: resolveLimits(options.limits),
    rateLimitMode: options.rateLimitMode ?? "sliding",
  };
  const worker: Worker = createWorker(parts, options.workers ?? defaultWorkers, (item, signal) =>
    executeItem(parts, worker, item, signal),
  );
  const { retentionMs = null, maxDiskBytes = null } = options;
  return new PortsEngine(parts, worker, { retentionMs, maxDiskBytes });
}

class PortsEngine implements Engine {
  readonly #parts: Parts;
  readonly #worker: Worker;
  /** By place. */
  readonly #urls = new Map<string, AppUrl>();
  readonly #retention: Retention;
  #stopping = false;

  constructor(parts: Parts, worker: Worker, retention: RetentionOptions) {
    this.#parts = parts;
    this.#worker = worker;
    this.#retention = createRetention(parts, worker, retention);
    this.operations = createOperations(parts, () => this.#open());
    this.limits = parts.limits;
  }

  ingest: Engine["ingest"] = async (request) => ingest(this.#parts, this.#open(), request);
  invoke: Engine["invoke"] = async (request) => invoke(this.#parts, this.#open(), request);
  register: Engine["register"] = async (body) => {
    const before = new Map(this.apps().map((app) => [app.id, app.url]));
    const registered = await syncApp(this.#parts, this.#open(), body);
    const url = this.#parts.registry.appById(registered.appId)?.url ?? "";
    const movedFrom = before.get(registered.appId) ?? url;
    if (movedFrom !== url) this.#urls.delete(toAppPlace(movedFrom));
    if (url !== "") this.#remember(url, { kind: "registered", modified: registered.modified });
    return registered;
  };
  removeApp: Engine["removeApp"] = async (url) => {
    await removeApp(this.#parts, this.#open(), url);
    this.#urls.delete(toAppPlace(url));
  };
  cancelRun: Engine["cancelRun"] = async (runId) => cancelRun(this.#parts, this.#open(), runId);
  signal: Engine["signal"] = async (request) => sendSignal(this.#parts, this.#open(), request);
  /** Also while stopping: what a running call has done is worth keeping. */
  checkpoint: Engine["checkpoint"] = async (runId, body) => checkpoint(this.#parts, this.#worker, runId, body);

  apps: Engine["apps"] = () => this.#parts.registry.apps();
  functions: Engine["functions"] = () => this.#parts.registry.functions();
  functionById: Engine["functionById"] = (id) => this.#parts.registry.functionById(id);
  operations: Engine["operations"];
  limits: Engine["limits"];
  running: Engine["running"] = () => this.#worker.running();
  appUrls: Engine["appUrls"] = () => [...this.#urls.values()];

  async syncUrl(url: string): Promise<SyncOutcome> {
    const outcome = await this.#sync(url);
    const before = this.#urls.get(toAppPlace(url))?.lastOutcome;
    this.#remember(url, outcome);
    if (outcome.kind === "failed" && before?.kind !== "failed") {
      this.#parts.notifier.notify({
        kind: "app-unreachable",
        at: this.#parts.clock.now(),
        url,
        error: outcome.message,
      });
    }
    return outcome;
  }

  async start(): Promise<void> {
    await this.#parts.registry.load();
    for (const app of this.#parts.registry.apps()) if (app.url !== "") this.#remember(app.url, null);
    this.#stopping = false;
    this.#worker.start();
    this.#retention.start();
  }

  async stop(graceMs: number = defaultGraceMs): Promise<void> {
    this.#stopping = true;
    await this.#retention.stop();
    await this.#worker.stop(graceMs);
  }

  /** One entry an app, by whatever name of this machine its url is written: the one it was known by first stays. */
  #remember(url: string, lastOutcome: SyncOutcome | null): void {
    const place = toAppPlace(url);
    this.#urls.set(place, { url: this.#urls.get(place)?.url ?? url, lastOutcome });
  }

  /** The worker, for what may not begin any more while the engine stops. */
  #open(): Worker {
    if (!this.#stopping) return this.#worker;
    throw new EngineError("shutting_down", "The engine is shutting down. Send the request again when it is back.", {
      retryable: true,
    });
  }

  async #sync(url: string): Promise<SyncOutcome> {
    const outcome = await this.#parts.caller.sync(url);
    if (outcome.kind !== "in-band") return outcome;
    try {
      const { modified } = await syncApp(this.#parts, this.#open(), outcome.registration);
      return { kind: "registered", modified };
    } catch (error) {
      return {
        kind: "failed",
        code: "invalid_function",
        message: error instanceof Error ? error.message : String(error),
      };
    }
  }
}
