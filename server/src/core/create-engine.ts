/**
 * Puts core together: what was asked for in `core/engine`, over the ports.
 */
import { EngineError } from "../domain/error.ts";
import { createUlidFactory } from "../domain/ids.ts";
import type { RateLimitMode } from "../domain/transition.ts";
import { type AlertSender, noAlertSender } from "../ports/alert-sender.ts";
import { type Meter, silentMeter } from "../ports/meter.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { PeerNews, Peers } from "../ports/peers.ts";
import { createAlerts, type RunningAlerts } from "./alerts/create-alerts.ts";
import { createWatchedApps } from "./alerts/watched-apps.ts";
import { type AppSyncs, createAppSyncs } from "./apps/app-syncs.ts";
import { checkpoint } from "./call/checkpoint.ts";
import { cancelRun } from "./end/cancel.ts";
import type { Engine } from "./engine.ts";
import { createAppGate } from "./gate/app-gate.ts";
import { ingest } from "./ingest/ingest.ts";
import { invoke } from "./ingest/invoke.ts";
import { executeItem } from "./items/execute-item.ts";
import { type LimitName, resolveLimits } from "./limits/limits.ts";
import { createOperations } from "./operate/create-operations.ts";
import { createRetention, type Retention, type RetentionOptions } from "./operate/retention.ts";
import { createCanonicalForms } from "./parts/canonical-forms.ts";
import type { Parts, Ports } from "./parts/parts.ts";
import { createRegistry } from "./parts/registry.ts";
import { sendSignal } from "./waits/signal.ts";
import { createWebhooks } from "./webhooks/webhooks.ts";
import { type Committer, createCommitter } from "./work/committer.ts";
import { KeptRuns } from "./work/kept-runs.ts";
import { createLeaseLoop, type LeaseLoop } from "./work/lease-loop.ts";
import { Places } from "./work/places.ts";
import { UnderWay } from "./work/under-way.ts";

export interface EngineOptions extends Ports {
  /** Told of calls that have ended. Default: nobody is. */
  meter?: Meter;
  /** Whether other engines may have the state open: what is kept in memory of runs is not relied on then. Default: false. */
  shared?: boolean;
  /** Calls to apps at once, 1 or more. Default: 100. */
  workers?: number;
  /** How long a lease holds that is not prolonged, in milliseconds. Default: 30,000. */
  leaseMs?: number;
  /** Limits by name, see core/limits/limits. Default: the protocol's. */
  limits?: Partial<Record<LimitName, number>>;
  /** Runs that ended so many milliseconds ago go, and events. Null: none do for their age. Default: null. */
  retentionMs?: number | null;
  /** Bytes of records beyond which the oldest go. Null: no bound. Default: null. */
  maxDiskBytes?: number | null;
  /** `sliding`: `rateLimit` means its limit in any period. `gcra`: spread out, as Inngest's server does. Default: sliding. */
  rateLimitMode?: RateLimitMode;
  /** The same wait before every retry, in milliseconds. Null: the backoff table. Default: null. */
  retryIntervalMs?: number | null;
  /** Whether an app stays at the address of its first sync until an operator moves it. Default: false. */
  pinAddresses?: boolean;
  /** The way to the channels of alerts. Default: there is none, and what is sent fails. */
  alertSender?: AlertSender;
  /** How full the disk is that the state is on, in percent; null when that is not known. Default: it is not. */
  diskPercent?: () => Promise<number | null>;
  /** Where apps of this machine reach the engine, for what they are told to set. Default: the usual address of `dev`. */
  ownUrl?: () => string;
}

const defaultWorkers = 100;
const defaultLeaseMs = 30_000;
const defaultGraceMs = 10_000;
const defaultUrl = "http://127.0.0.1:8288";

export function createEngine(options: EngineOptions): Engine {
  const { store, caller, http, clock, random, logger } = options;
  const notifier = relay(options.notifier, store.peers);
  const limits = resolveLimits(options.limits);
  const forward = (itemIds: string[]): void => {
    committer.commit({ lease: null, bringForward: { itemIds, at: clock.now() } }, "new").catch((error: unknown) => {
      // They come by themselves, only later.
      logger.debug({ error: String(error) }, "Items that wait could not be brought forward");
    });
  };
  const parts: Parts = {
    store,
    caller,
    http,
    clock,
    random,
    logger,
    notifier,
    meter: options.meter ?? silentMeter,
    registry: createRegistry(store),
    newId: createUlidFactory(() => random.next()),
    canonicalForms: createCanonicalForms(),
    backoff: { retryIntervalMs: options.retryIntervalMs ?? null },
    gate: createAppGate({ clock, random, logger, notifier, limits }, forward),
    shared: options.shared ?? false,
    underWay: new UnderWay(),
    runs: new KeptRuns(),
    limits,
    rateLimitMode: options.rateLimitMode ?? "sliding",
  };
  const places = new Places(options.workers ?? defaultWorkers, parts.underWay);
  const working = { ...parts, places, leaseMs: options.leaseMs ?? defaultLeaseMs };
  const loop = createLeaseLoop(working, (item, signal) => executeItem(parts, committer, item, signal));
  const committer: Committer = createCommitter({ ...working, loop });
  const { retentionMs = null, maxDiskBytes = null } = options;
  return new PortsEngine(parts, { committer, loop }, { retentionMs, maxDiskBytes }, options);
}

/** People hear of what any engine does, whichever they ask. */
function relay(notifier: Notifier, peers: Peers | null): Notifier {
  if (peers === null) return notifier;
  return {
    notify(activity) {
      notifier.notify(activity);
      peers.tell({ kind: "activity", activity });
    },
  };
}

class PortsEngine implements Engine {
  readonly #parts: Parts;
  readonly #committer: Committer;
  readonly #loop: LeaseLoop;
  readonly #syncs: AppSyncs;
  /** For what other engines tell. */
  readonly #notifier: Notifier;
  readonly #retention: Retention;
  readonly #alerts: RunningAlerts;
  #stopping = false;

  constructor(
    parts: Parts,
    { committer, loop }: { committer: Committer; loop: LeaseLoop },
    retention: RetentionOptions,
    options: Pick<EngineOptions, "notifier" | "pinAddresses" | "ownUrl" | "alertSender" | "diskPercent">,
  ) {
    const { notifier, pinAddresses = false, ownUrl = () => defaultUrl } = options;
    const { alertSender: sender = noAlertSender, diskPercent = async () => null } = options;
    this.#notifier = notifier;
    this.#parts = parts;
    this.#committer = committer;
    this.#loop = loop;
    this.#syncs = createAppSyncs(parts, () => this.#open(), { pinned: pinAddresses, ownUrl });
    this.#retention = createRetention(parts, parts.underWay, retention);
    this.operations = createOperations(parts, () => this.#open());
    this.webhooks = createWebhooks({ ...parts, store: parts.store.webhooks, ingest: this.ingest });
    this.#alerts = createAlerts(parts, {
      sender,
      sources: { apps: createWatchedApps(parts, () => this.#syncs.appUrls()), diskPercent },
      assertOpen: () => void this.#open(),
    });
    this.alerts = this.#alerts.alerts;
    this.limits = parts.limits;
  }

  ingest: Engine["ingest"] = async (request) => ingest(this.#parts, this.#open(), request);
  invoke: Engine["invoke"] = async (request) => invoke(this.#parts, this.#open(), request);
  register: Engine["register"] = (body, deployId = null) => this.#syncs.register(body, deployId);
  syncUrl: Engine["syncUrl"] = (url, by = "engine") => this.#syncs.syncUrl(url, by);
  removeApp: Engine["removeApp"] = (url) => this.#syncs.removeApp(url);
  cancelRun: Engine["cancelRun"] = async (runId) => cancelRun(this.#parts, this.#open(), runId);
  signal: Engine["signal"] = async (request) => sendSignal(this.#parts, this.#open(), request);
  /** Also while stopping: what a running call has done is worth keeping. */
  checkpoint: Engine["checkpoint"] = async (runId, body) => checkpoint(this.#parts, this.#committer, runId, body);

  apps: Engine["apps"] = () => this.#parts.registry.apps();
  functions: Engine["functions"] = () => this.#parts.registry.functions();
  functionById: Engine["functionById"] = (id) => this.#parts.registry.functionById(id);
  operations: Engine["operations"];
  webhooks: Engine["webhooks"];
  alerts: Engine["alerts"];
  limits: Engine["limits"];
  running: Engine["running"] = () => this.#parts.underWay.items();
  appUrls: Engine["appUrls"] = () => this.#syncs.appUrls();

  async start(): Promise<void> {
    await this.#parts.store.peers?.start((news) => this.#hear(news));
    await this.#parts.registry.load();
    this.#syncs.start();
    this.#stopping = false;
    this.#loop.start();
    this.#retention.start();
    this.#alerts.start();
  }

  async stop(graceMs: number = defaultGraceMs): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#retention.stop(), this.#alerts.stop()]);
    await this.#loop.stop(graceMs);
    this.#parts.gate.stop();
  }

  /** What another engine has told. */
  #hear(news: PeerNews): void {
    const { underWay, registry, logger } = this.#parts;
    if (news.kind === "due") this.#loop.wakeAt(news.at);
    else if (news.kind === "cancelled") for (const runId of news.runIds) underWay.abortRun(runId);
    else if (news.kind === "alerts") this.#alerts.wake();
    else if (news.kind === "activity") this.#notifier.notify(news.activity, "peer");
    else if (news.kind === "outdated") this.#retire(news.message);
    else
      registry
        .load()
        .then(() => this.#syncs.start())
        .catch((error: unknown) =>
          logger.warn({ error: String(error) }, "Apps could not be read anew; trying again soon"),
        );
  }

  /** Others go on with the work. What is under way here ends, and the store takes nothing of it. */
  #retire(message: string): void {
    this.#parts.logger.error({ code: "store_newer" }, `This engine takes no more work. ${message}`);
    this.#loop.retire();
    void this.#alerts.stop();
  }

  /** What commits, for what may not begin any more while the engine stops. */
  #open(): Committer {
    if (!this.#stopping) return this.#committer;
    throw new EngineError("shutting_down", "The engine is shutting down. Send the request again when it is back.", {
      retryable: true,
    });
  }
}
