/** Puts together what counts. Called by main. */
import type { Meter } from "../ports/meter.ts";
import type { Metrics } from "../ports/metrics.ts";
import { createRollupRecorder, type RecorderOptions } from "./rollup-recorder.ts";

export interface EngineMetrics extends Metrics, Meter {
  /** Adds what is left to the rollups. Before the store is closed. Never rejects. */
  stop(): Promise<void>;
}

export function createMetrics(options: RecorderOptions): EngineMetrics {
  const recorder = createRollupRecorder(options);
  return {
    count: (tallies) => recorder.count(tallies),
    flush: () => recorder.flush(),
    stop: () => recorder.stop(),
  };
}
