/**
 * What an engine counts, as the API sees it. Implemented by the folder `metrics`; the stores and core tell it through the port `meter`.
 */

export interface Metrics {
  /** Adds what was counted so far to the rollups in the store. @throws EngineError what the store throws */
  flush(): Promise<void>;
  /** What Prometheus reads. @throws EngineError what the store throws */
  scrape(): Promise<{ contentType: string; text: string }>;
}

/** For an engine that counts nothing. */
export const noMetrics: Metrics = {
  flush: async () => undefined,
  scrape: async () => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", text: "" }),
};
