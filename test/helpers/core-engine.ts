import { createEngine, type EngineOptions } from "../../server/src/core/create-engine.ts";
import type { Engine } from "../../server/src/core/engine.ts";
import type { Activity } from "../../server/src/domain/activity.ts";
import type { OutgoingRequest } from "../../server/src/domain/outgoing-request.ts";
import type { RunRecord } from "../../server/src/domain/run/run.ts";
import type { RequestOutcome } from "../../server/src/ports/http-client.ts";
import type { Logger } from "../../server/src/ports/logger.ts";
import { type Meter, silentMeter } from "../../server/src/ports/meter.ts";
import type { SyncOutcome } from "../../server/src/ports/sdk-caller.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { createScriptedCaller, type Script } from "./scripted-caller.ts";

export interface CoreEngine {
  engine: Engine;
  store: Store;
  clock: ManualClock;
  caller: ReturnType<typeof createScriptedCaller>;
  activities: Activity[];
  warnings: string[];
  /** Waits until nothing is being worked on. */
  idle(): Promise<void>;
  advance(ms: number): Promise<void>;
  send(name: string, data?: unknown, more?: Record<string, unknown>): Promise<string>;
  /** The only run of an event. */
  runOf(eventId: string): Promise<RunRecord>;
  output(eventId: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface CoreEngineOptions {
  scripts?: Record<string, Script>;
  workers?: number;
  retryIntervalMs?: number | null;
  random?: () => number;
  /** Told what happens, by the engine and by a store that is made for it. Default: nobody is. */
  meter?: Meter;
  /** Anything else that `createEngine` takes. */
  more?: Partial<EngineOptions>;
  store?: Store;
  clock?: ManualClock;
  /** What other servers answer to requests that the engine makes for steps. */
  http?: (request: OutgoingRequest) => RequestOutcome | Promise<RequestOutcome>;
  sync?: (url: string, deployId: string) => SyncOutcome | Promise<SyncOutcome>;
  /** Whether an app answers there. Default: none does. */
  probe?: (url: string) => Promise<boolean>;
}

/** A function as a registration lists it. */
export function functionConfig(slug: string, options: Record<string, unknown> = {}): Record<string, unknown> {
  const { retries, ...rest } = options;
  return {
    id: slug,
    name: slug,
    triggers: [{ event: `test/${slug}` }],
    steps: {
      step: {
        id: "step",
        name: "step",
        runtime: { type: "http", url: `http://app.test/api?fnId=${slug}&stepId=step` },
        ...(retries === undefined ? {} : { retries: { attempts: retries } }),
      },
    },
    ...rest,
  };
}

export function registration(functions: Record<string, unknown>[], appName = "app"): Record<string, unknown> {
  return {
    url: "http://app.test/api",
    deployType: "ping",
    framework: "test",
    appName,
    sdk: "js:v4.24.0",
    v: "0.1",
    functions,
  };
}

/** Core over a real store in memory, with a clock to move and apps that are scripts. Started, nothing synced. */
export async function createCoreEngine(options: CoreEngineOptions = {}): Promise<CoreEngine> {
  const { meter = silentMeter } = options;
  const store = options.store ?? openSqliteStore({ directory: null, meter });
  const clock = options.clock ?? createManualClock();
  const caller = createScriptedCaller(options.scripts ?? {}, options.sync, options.probe);
  const activities: Activity[] = [];
  const warnings: string[] = [];
  const log = (_fields: Record<string, unknown>, message: string): void => void warnings.push(message);
  const logger: Logger = { debug() {}, info() {}, warn: log, error: log };
  const random = { next: options.random ?? (() => 0.5) };
  const notifier = { notify: (activity: Activity): void => void activities.push(activity) };
  const { workers = 10, retryIntervalMs = null } = options;
  const engine = createEngine({
    store,
    caller,
    http: {
      send: async (request) => options.http?.(request) ?? { kind: "failed", message: "no answer" },
      close: async () => {},
    },
    clock,
    random,
    logger,
    notifier,
    meter,
    workers,
    retryIntervalMs,
    ...options.more,
  });
  await engine.start();

  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 8; quiet = engine.running().length === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const runOf = async (eventId: string): Promise<RunRecord> => {
    const [run] = await store.listRunsOfEvent(eventId);
    if (run === undefined) throw new Error(`event ${eventId} started no run`);
    return run;
  };
  return {
    engine,
    store,
    clock,
    caller,
    activities,
    warnings,
    idle,
    advance: (ms) => clock.advance(ms, idle),
    async send(name, data = {}, more = {}) {
      const { ids } = await engine.ingest({ body: { name, data, ...more }, seed: null });
      await idle();
      return ids[0] ?? "";
    },
    runOf,
    output: async (eventId) => JSON.parse((await runOf(eventId)).output ?? "null"),
    async stop() {
      const stopped = engine.stop(0);
      // Calls that never end are given up at once: the clock's timer for that is due.
      await clock.advance(0, () => new Promise((resolve) => void setImmediate(resolve)));
      await stopped;
      await store.close();
    },
  };
}
