/** The HTTP API on a real port, over a store in memory and an engine whose answers a test gives. Ends with the test. */
import { onTestFinished } from "vitest";
import type { ApiEnv } from "../../server/src/api/api-parts.ts";
import { createApi } from "../../server/src/api/create-api.ts";
import { listen } from "../../server/src/api/server.ts";
import type { Engine } from "../../server/src/core/engine.ts";
import { resolveLimits } from "../../server/src/core/limits/limits.ts";
import type { Clock } from "../../server/src/ports/clock.ts";
import type { Store } from "../../server/src/ports/store.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { createManualClock } from "./manual-clock.ts";

export interface ApiServer {
  url: string;
  store: Store;
  clock: Clock;
  /** What was logged: level, fields and message, as JSON. */
  logged: string[];
  /** The requests so far: the status that each is answered with, and when its connection has closed. */
  requests: { status: Promise<number>; closed: Promise<void> }[];
  /** A text is sent as JSON unless its type is given. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a value as JSON. */
  post(path: string, value: unknown, headers?: Record<string, string>): Promise<Response>;
}

interface Options {
  /** Null for dev. */
  auth?: { signingKey: string; eventKeys: string[] } | null;
  engine?: Partial<Engine>;
}

function unexpected(name: string): () => never {
  return () => {
    throw new Error(`the test did not expect ${name}`);
  };
}

/** An engine that fails on everything the test does not answer. */
export function fakeEngine(given: Partial<Engine>): Engine {
  return {
    ingest: unexpected("ingest"),
    invoke: unexpected("invoke"),
    register: unexpected("register"),
    syncUrl: unexpected("syncUrl"),
    appUrls: () => [],
    alerts: new Proxy({} as Engine["alerts"], { get: (_target, name) => unexpected(`alerts.${String(name)}`) }),
    removeApp: unexpected("removeApp"),
    cancelRun: unexpected("cancelRun"),
    checkpoint: unexpected("checkpoint"),
    signal: unexpected("signal"),
    operations: {
      rerun: unexpected("rerun"),
      retryDeadLetter: unexpected("retryDeadLetter"),
      dropDeadLetter: unexpected("dropDeadLetter"),
      startBulkJob: unexpected("startBulkJob"),
      stopBulkJob: unexpected("stopBulkJob"),
      createSchedule: unexpected("createSchedule"),
      pauseSchedule: unexpected("pauseSchedule"),
      resumeSchedule: unexpected("resumeSchedule"),
      removeSchedule: unexpected("removeSchedule"),
      pause: unexpected("pause"),
      resume: unexpected("resume"),
      pauses: unexpected("pauses"),
      setLimit: unexpected("setLimit"),
      resetLimits: unexpected("resetLimits"),
      limitOverrides: unexpected("limitOverrides"),
      explain: unexpected("explain"),
      addMetadata: unexpected("addMetadata"),
    },
    webhooks: {
      create: unexpected("webhooks.create"),
      change: unexpected("webhooks.change"),
      rotate: unexpected("webhooks.rotate"),
      revoke: unexpected("webhooks.revoke"),
      list: unexpected("webhooks.list"),
      get: unexpected("webhooks.get"),
      deliveries: unexpected("webhooks.deliveries"),
      try: unexpected("webhooks.try"),
      deliver: unexpected("webhooks.deliver"),
      refused: unexpected("webhooks.refused"),
    },
    limits: resolveLimits(),
    apps: () => [],
    functions: () => [],
    functionById: () => null,
    running: () => [],
    start: unexpected("start"),
    stop: unexpected("stop"),
    ...given,
  };
}

export async function startApiServer({ auth = null, engine = {} }: Options = {}): Promise<ApiServer> {
  const logged: string[] = [];
  const log = (level: string) => (fields: object, message: string) =>
    void logged.push(JSON.stringify({ level, ...fields, message }));
  const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const store = openSqliteStore({ directory: null });
  const clock = createManualClock();
  const app = createApi({
    engine: fakeEngine(engine),
    store,
    access: store.access,
    clock,
    logger,
    auth,
    serverKind: auth === null ? "dev" : "cloud",
    version: "1.2.3",
  });
  const requests: ApiServer["requests"] = [];
  const fetchAndNote = (request: Request, env: ApiEnv["Bindings"]): Promise<Response> => {
    const answer = Promise.resolve(app.fetch(request, env));
    const { socket } = env.incoming ?? {};
    const closed = new Promise<void>((resolve) => socket?.once("close", () => resolve()));
    requests.push({ status: answer.then((response) => response.status), closed });
    return answer;
  };
  const listener = await listen({ app: { fetch: fetchAndNote }, host: "127.0.0.1", port: 0, findFree: false });
  onTestFinished(async () => {
    await listener.close(0);
    await store.close();
  });
  const url = `http://127.0.0.1:${listener.port}`;
  const ask: ApiServer["ask"] = (path, init = {}) => {
    const isText = typeof init.body === "string";
    const headers = new Headers(init.headers);
    if (isText && !headers.has("content-type")) headers.set("content-type", "application/json");
    return fetch(url + path, { ...init, headers });
  };
  return {
    url,
    store,
    clock,
    logged,
    requests,
    ask,
    post: (path, value, headers = {}) =>
      ask(path, {
        method: "POST",
        body: JSON.stringify(value),
        headers: { "content-type": "application/json", ...headers },
      }),
  };
}
