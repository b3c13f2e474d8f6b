/**
 * A row's world: an engine whose clock stands still, the row's apps, and ways to send and observe. Everything goes through
 * what users have: the SDK of the column and the engine's HTTP API.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, type ServerOptions, type StepwellServer } from "../../server/src/main.ts";
import { createSeededRandom } from "../../server/src/testing/seeded-random.ts";
import { guardMs } from "../helpers/guard.ts";
import { createManualClock } from "../helpers/manual-clock.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";
import { type AppHost, createAppHost } from "./app-host.ts";
import { createHolds, type Holds } from "./holds.ts";
import { startRawApp } from "./raw-app.ts";
import type { BehaviourColumn, Client, Row } from "./row.ts";

export interface RunView {
  run_id: string;
  status: string;
  // biome-ignore lint/suspicious/noExplicitAny: what functions return, read by rows only.
  output: any;
  reason: string | null;
  started_at: string | null;
  ended_at: string | null;
  event_ids: string[];
  original_run_id: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of many routes, read by rows only.
export type Json = any;

export interface World {
  column: BehaviourColumn;
  server: StepwellServer;
  /** Of the row's app, where it has one. */
  readonly client: Client | undefined;
  /** What functions noted, in order. */
  log: unknown[];
  /** Notes an entry, and gives back `value`. */
  note<T = undefined>(entry: unknown, value?: T): T;
  count(entry: unknown): number;
  /** Held handlers. */
  holds: Holds;
  now(): number;
  /** Sends one event with the column's SDK; resolves with its id when everything that follows is over or waits. */
  send(name: string, data?: object, more?: object): Promise<string>;
  /** The same for many at once. */
  sendAll(events: object[]): Promise<string[]>;
  advance(duration: number | string): Promise<void>;
  idle(): Promise<void>;
  /** Of a function of the row's app, oldest first. */
  runs(fn: string): Promise<RunView[]>;
  run(fn: string): Promise<RunView>;
  statuses(fn: string): Promise<string[]>;
  steps(fn: string): Promise<Json[]>;
  /** Asks the HTTP API, checks the status, lets the engine come to rest, and gives back what `data` or the body is. */
  ask(method: string, path: string, body?: unknown, status?: number): Promise<Json>;
  /** Answers requests to the outside world; gives its url. */
  outside: { url: string; answer: (request: IncomingMessage, body: string) => { status: number; body: string } | null };
  /** Stops the engine, lets time pass without one, and starts it again on the same folder. */
  restart(down: number | string): Promise<void>;
  /** Messages that the engine logged as warnings and errors. */
  warnings: string[];
  close(): Promise<void>;
}

/** A Monday at ten, later than the machine's clock: events that SDKs stamp with that one are never from the future. */
const startAt: number = Date.UTC(2035, 0, 8, 10);

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function toMs(duration: number | string): number {
  if (typeof duration === "number") return duration;
  const match = /^([\d.]+)(ms|s|m|h|d)$/.exec(duration);
  return Number(match?.[1]) * (units[match?.[2] ?? ""] ?? Number.NaN);
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function createOutside(): World["outside"] & { server: Server } {
  const outside: World["outside"] & { server: Server } = {
    url: "",
    answer: () => ({ status: 404, body: "nothing here" }),
    server: createHttpServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        const reply = outside.answer(request, body);
        if (reply === null) response.socket?.destroy();
        else response.writeHead(reply.status, { "content-type": "application/json" }).end(reply.body);
      });
    }),
  };
  return outside;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const quietTurns = 8;
const idleMaxMs = guardMs / 2;

export async function createWorld(column: BehaviourColumn, row: Row): Promise<World> {
  const clock = createManualClock(startAt);
  const warnings: string[] = [];
  const log = (fields: unknown, message: string): void => void warnings.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { debug() {}, info() {}, warn: log, error: log };
  const store = row.durable === true ? await tempDirectory("behaviour") : null;
  const holds = createHolds();
  const outside = createOutside();
  outside.url = await listen(outside.server);
  // The same numbers in every run of the tests.
  const random = createSeededRandom(0x2545f491);
  const hosts: AppHost[] = [];
  let server: StepwellServer;

  const open = async (port: number): Promise<void> => {
    const options: ServerOptions = {
      mode: "dev",
      host: "127.0.0.1",
      port,
      store,
      discovery: false,
      poll: false,
      pollIntervalMs: 86_400_000,
      retentionMs: null,
      logger,
      clock,
      random,
      ...row.engine,
      ...(column.embedded ? { apps: hosts.map(({ client, functions }) => ({ client, functions })) } : {}),
    };
    server = createServer(options);
    await server.start();
    world.server = server;
  };

  const isQuiet = (): boolean => holds.covers(server.engine.running());
  const idle = async (): Promise<void> => {
    const end = Date.now() + idleMaxMs;
    for (let quiet = 0; quiet < quietTurns; quiet = isQuiet() ? quiet + 1 : 0) {
      await turn();
      if (Date.now() > end)
        throw new Error(`the engine does not rest: ${JSON.stringify(server.engine.running().slice(0, 3))}`);
    }
  };

  const ask: World["ask"] = async (method, path, body, status) => {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(`${server.url}${path}`, { method, ...init });
    const text = await response.text();
    if (status === undefined ? !response.ok : response.status !== status)
      throw new Error(`${method} ${path}: ${response.status} instead of ${status ?? "2xx"}: ${text}`);
    await idle();
    const json = text === "" ? null : (JSON.parse(text) as Json);
    return json !== null && typeof json === "object" && "data" in json && !("error" in json) ? json.data : json;
  };

  const runs: World["runs"] = async (fn) =>
    (
      (await ask(
        "GET",
        `/v1/runs?limit=100&function=${encodeURIComponent(fn.includes("/") ? fn : `app-${fn}`)}`,
      )) as RunView[]
    ).reverse();
  const only = async (fn: string): Promise<RunView> => {
    const found = await runs(fn);
    if (found.length !== 1) throw new Error(`${fn} has ${found.length} runs: ${JSON.stringify(found)}`);
    return found[0] as RunView;
  };

  const world: World = {
    column,
    server: undefined as unknown as StepwellServer,
    get client() {
      return hosts[0]?.client;
    },
    log: [],
    note(entry, value) {
      world.log.push(entry);
      return value as never;
    },
    count: (entry) => world.log.filter((noted) => noted === entry).length,
    holds,
    warnings,
    outside,
    idle,
    ask,
    runs,
    run: only,
    now: () => clock.now(),
    async sendAll(events) {
      const host = hosts[0];
      const { ids } = host === undefined ? await ask("POST", "/e/test", events) : await host.client.send(events);
      await idle();
      return ids;
    },
    async send(name, data = {}, more = {}) {
      return (await world.sendAll([{ name, data, ...more }]))[0] as string;
    },
    advance: (duration) => clock.advance(toMs(duration), idle),
    statuses: async (fn) => (await runs(fn)).map(({ status }) => status),
    steps: async (fn) => ask("GET", `/v1/runs/${(await only(fn)).run_id}/steps`),
    async restart(down) {
      const { port } = server;
      await server.stop(0);
      await clock.advance(toMs(down), turn);
      await open(port);
      await idle();
    },
    async close() {
      holds.releaseAll();
      const stopped = server?.stop(0);
      await clock.advance(0, turn);
      await stopped;
      for (const host of hosts) await host.close();
      await closeServer(outside.server);
    },
  };

  await start();
  return world;

  /** In HTTP columns the engine is there first, and embedded in it the apps are. */
  async function start(): Promise<void> {
    try {
      if (!column.embedded) await open(0);
      if (column.sdk === null) await startScripted();
      else await startApps();
      await idle();
    } catch (error) {
      if (server !== undefined) await world.close();
      else await closeServer(outside.server);
      throw error;
    }
  }

  async function startScripted(): Promise<void> {
    const app = await startRawApp(row.scripted ?? {});
    const closeWorld = world.close;
    world.close = async () => {
      await closeWorld();
      await app.close();
    };
    await ask("POST", "/fn/register", app.registration, 200);
  }

  async function startApps(): Promise<void> {
    const baseUrl = column.embedded ? null : server.url;
    const sets = [
      { id: "app", define: row.functions },
      { id: "other", define: row.otherFunctions },
    ];
    for (const { id, define } of sets)
      if (define !== undefined) hosts.push(await createAppHost({ id, column, row, world, define, baseUrl }));
    if (column.embedded) await open(0);
    else for (const host of hosts) await host.serve(server);
  }
}
