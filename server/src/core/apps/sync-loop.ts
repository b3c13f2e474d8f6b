/**
 * Keeps apps in sync: asks those it knows to register again, and looks for others until one is found.
 * Started and stopped by main. Must never end because of an app: whatever one does, the next round comes.
 */
import { shownUrl } from "../../domain/shown-url.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { Registry } from "../parts/registry.ts";
import { isHealthy } from "./app-addresses.ts";
import { toAppPlace } from "./app-place.ts";
import type { AppSyncs } from "./app-syncs.ts";

export interface SyncLoopOptions {
  engine: Pick<AppSyncs, "syncUrl" | "appUrls"> & Pick<Registry, "apps" | "functions">;
  clock: Clock;
  logger: Logger;
  notifier: Notifier;
  /** Urls given by the user, tried from the first round on. */
  appUrls: readonly string[];
  /** Finds apps on this machine; null for no search. */
  discover: (() => Promise<string[]>) | null;
  /** Whether apps that answer well are asked again. Those that failed always are. */
  poll: boolean;
  /** Milliseconds from the end of a round to the next. */
  pollIntervalMs: number;
  /** Whether this engine is the one that asks, of those that share the state; the first round is every engine's. Default: it is. */
  leads?: () => boolean;
}

export interface SyncLoop {
  /** Begins the first round at once. */
  start(): void;
  /** Resolves when the round that runs, if any, has ended. */
  stop(): Promise<void>;
}

/** What a round asks to register. */
function urlsOf(round: number, options: SyncLoopOptions): string[] {
  const known = options.engine.appUrls();
  const due = known.filter((app) => options.poll || !isHealthy(app.lastOutcome)).map((app) => app.url);
  return [...new Set(round === 0 ? [...options.appUrls, ...due] : due)];
}

/** The engine tells of an app that changed; an app that answers as it did before, at first or again, is told of here. */
function tellUnchanged(url: string, { engine, clock, notifier }: SyncLoopOptions): void {
  const app = engine.apps().find((known) => toAppPlace(known.url) === toAppPlace(url));
  if (app === undefined) return;
  const functions = engine.functions().filter(({ appId }) => appId === app.id).length;
  const { name, url: appUrl } = app;
  notifier.notify({
    kind: "app-synced",
    at: clock.now(),
    app: name,
    url: shownUrl(appUrl),
    functions,
    modified: false,
  });
  for (const message of app.warnings) notifier.notify({ kind: "app-warned", at: clock.now(), app: app.name, message });
}

async function sync(url: string, options: SyncLoopOptions): Promise<void> {
  const before = options.engine.appUrls().find((app) => toAppPlace(app.url) === toAppPlace(url));
  const by = options.appUrls.includes(url) ? "operator" : "engine";
  const outcome = await options.engine.syncUrl(url, by);
  const wasHealthy = before !== undefined && isHealthy(before.lastOutcome);
  if (outcome.kind === "registered" && !outcome.modified && !wasHealthy) tellUnchanged(url, options);
}

async function runRound(round: number, options: SyncLoopOptions): Promise<void> {
  const { engine, discover } = options;
  if (round > 0 && options.leads?.() === false) return;
  await Promise.all(urlsOf(round, options).map((url) => sync(url, options)));
  if (discover === null || engine.appUrls().some(({ lastOutcome }) => isHealthy(lastOutcome))) return;
  const known = new Set(engine.appUrls().map((app) => toAppPlace(app.url)));
  const found = await discover();
  await Promise.all(found.filter((url) => !known.has(toAppPlace(url))).map((url) => sync(url, options)));
}

export function createSyncLoop(options: SyncLoopOptions): SyncLoop {
  const { clock, logger, pollIntervalMs } = options;
  let stopped = false;
  let timer: Timer | null = null;
  let current: Promise<void> = Promise.resolve();

  const next = (round: number): void => {
    current = runRound(round, options)
      .catch((error: unknown) => logger.error({ err: error }, "looking for apps failed; the next round tries again"))
      .then(() => {
        if (!stopped) timer = clock.setTimer(clock.now() + pollIntervalMs, () => next(round + 1));
      });
  };

  return {
    start: () => next(0),
    async stop() {
      stopped = true;
      timer?.cancel();
      await current;
    },
  };
}
