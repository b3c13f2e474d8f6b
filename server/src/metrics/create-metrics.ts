/** Puts together what counts: rollups in the store, and what Prometheus reads. Called by main. */
import type { Severity } from "../domain/alerts/rule.ts";
import type { Backlog } from "../domain/metrics/rollup.ts";
import type { Meter } from "../ports/meter.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Store } from "../ports/store.ts";
import { createPrometheus } from "./prometheus.ts";
import { createRollupRecorder, type RecorderOptions } from "./rollup-recorder.ts";

export interface MetricsOptions extends RecorderOptions {
  store: RecorderOptions["store"] & Pick<Store, "listBacklog" | "alerts">;
  /** `<app>-<function>`; null for one that is unknown. */
  functionName(id: string): string | null;
  appName(id: string): string | null;
}

export interface EngineMetrics extends Metrics, Meter {
  /** Told how long a commit took. */
  committed(ms: number): void;
  /** Adds what is left to the rollups. Before the store is closed. Never rejects. */
  stop(): Promise<void>;
}

/** What waits is counted at most so often: that takes longer the more does. */
const keptMs = 5000;
/** More than go on at once. */
const alertsMax = 1000;

export function createMetrics(options: MetricsOptions): EngineMetrics {
  const { store, clock, functionName, appName } = options;
  const recorder = createRollupRecorder(options);
  const prometheus = createPrometheus({ functionName, appName, now: () => clock.now() });
  let known: { at: number; backlog: Backlog[]; alerts: Severity[] } | null = null;
  return {
    count(tallies) {
      recorder.count(tallies);
      prometheus.count(tallies);
    },
    committed: (ms) => prometheus.committed(ms),
    flush: () => recorder.flush(),
    async scrape() {
      const now = clock.now();
      if (known === null || now - known.at >= keptMs) {
        const [backlog, open] = await Promise.all([
          store.listBacklog(),
          store.alerts.listAlerts({ open: true, limit: alertsMax }),
        ]);
        known = { at: now, backlog, alerts: open.map(({ severity }) => severity) };
      }
      return prometheus.scrape(known.backlog, known.alerts);
    },
    stop: () => recorder.stop(),
  };
}

/** The same store, whose commits are timed. */
export function timeCommits(store: Store, committed: (ms: number) => void): Store {
  return {
    ...store,
    async commit(transition, claim) {
      const before = performance.now();
      const result = await store.commit(transition, claim);
      committed(performance.now() - before);
      return result;
    },
  };
}
