/** An engine with scripted apps and a clock to move, behind the HTTP API on a real port. Ends with the test. */
import { onTestFinished } from "vitest";
import { createApi } from "../../server/src/api/create-api.ts";
import { listen } from "../../server/src/api/server.ts";
import { createMetrics, type EngineMetrics } from "../../server/src/metrics/create-metrics.ts";
import { type CoreEngine, type CoreEngineOptions, createCoreEngine } from "./core-engine.ts";

export interface OperatedEngine extends CoreEngine {
  url: string;
  /** What the API logged. */
  logged: string[];
  /** Asks, lets the engine finish its work, and parses the answer; the status must be as expected. */
  ask<T = Record<string, never>>(method: string, path: string, body?: unknown, status?: number): Promise<T>;
}

export async function startOperatedEngine(
  options: CoreEngineOptions & { auth?: { signingKey: string; eventKeys: string[] } } = {},
): Promise<OperatedEngine> {
  let metrics: EngineMetrics | null = null;
  const core = await createCoreEngine({ meter: { count: (tallies) => metrics?.count(tallies) }, ...options });
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(JSON.stringify({ ...fields, message }));
  const logger = { debug: log, info: log, warn: log, error: log };
  const { engine, store, clock } = core;
  const functionName = (id: string) => engine.functionById(id)?.slug ?? null;
  const appName = (id: string) => engine.apps().find((app) => app.id === id)?.name ?? null;
  metrics = createMetrics({ store, clock, logger, writer: "this-engine", functionName, appName });
  const auth = options.auth ?? null;
  const app = createApi({
    engine,
    store,
    access: store.access,
    clock,
    passwordCost: { n: 256, p: 1 },
    logger,
    auth,
    serverKind: auth === null ? "dev" : "cloud",
    version: "1.2.3",
    metrics,
  });
  const listener = await listen({ app, host: "127.0.0.1", port: 0, findFree: false });
  onTestFinished(async () => {
    await listener.close(0);
    await core.stop();
  });
  const url = `http://127.0.0.1:${listener.port}`;
  return {
    ...core,
    url,
    logged,
    async ask<T>(method: string, path: string, body?: unknown, status = 200): Promise<T> {
      const headers = { "content-type": "application/json" };
      const init = { method, ...(body === undefined ? {} : { headers, body: JSON.stringify(body) }) };
      const response = await fetch(url + path, init);
      const text = await response.text();
      await core.idle();
      if (response.status !== status) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === "" ? null : JSON.parse(text)) as T;
    },
  };
}
