/** An engine and an app of one column, both in this process, on real HTTP, with a clock that the test moves. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer, type StepwellServer } from "../../server/src/main.ts";
import { createEngineApi, type EngineApi, type RunJson } from "../helpers/engine-api.ts";
import { createShiftingClock, type ShiftingClock } from "../helpers/shifting-clock.ts";
import type { Column, Sdk } from "./columns.ts";
import { type Calls, createCalls, createTableFunctions } from "./table-functions.ts";

export interface Keys {
  /** As the engine is given it. */
  engineSigningKey: string;
  /** As the app is given it: the same key, perhaps with another prefix. */
  appSigningKey: string;
  eventKey: string;
}

export interface World {
  engine: StepwellServer;
  api: EngineApi;
  clock: ShiftingClock;
  calls: Calls;
  appUrl: string;
  /** Calls of functions that the app has received. */
  callsToApp(): number;
  client: InstanceType<Sdk["Inngest"]>;
  /** Sends one event with the column's SDK and waits for the one run that it starts, moving time past its waits. */
  run(name: string, data?: object): Promise<RunJson>;
  /** Waits for the end of an event's runs, moving time past their waits. */
  finish(eventId: string, count?: number): Promise<RunJson[]>;
  close(): Promise<void>;
}

/** Waits shorter than this pass by themselves. */
const shortMs = 100;

export const silent = { debug() {}, info() {}, warn() {}, error() {} };

export async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Moves time to the next due item of a run that only waits. */
async function skipWaits(engine: StepwellServer, clock: ShiftingClock, runs: RunJson[]): Promise<void> {
  for (const run of runs) {
    if (engine.engine.running().some((item) => item.runId === run.run_id)) continue;
    const [next] = await engine.store.listItems(run.run_id);
    if (next !== undefined && next.dueAt - clock.now() > shortMs) clock.advance(next.dueAt - clock.now());
  }
}

export function engineOptions(clock: ShiftingClock, keys: Keys | null): Parameters<typeof createServer>[0] {
  const common = { host: "127.0.0.1", port: 0, store: null, discovery: false, poll: false, logger: silent, clock };
  return keys === null
    ? { ...common, mode: "dev" }
    : { ...common, mode: "start", eventKeys: [keys.eventKey], signingKey: keys.engineSigningKey };
}

function clientOptions(column: Column, baseUrl: string, keys: Keys | null): object {
  const common = { id: "table", baseUrl, logger: silent, ...column.clientOptions };
  return keys === null
    ? { ...common, isDev: true }
    : { ...common, isDev: false, eventKey: keys.eventKey, signingKey: keys.appSigningKey };
}

export async function createWorld(column: Column, keys: Keys | null = null): Promise<World> {
  const clock = createShiftingClock();
  const calls = createCalls();
  const sdk = await column.load();
  const engine = createServer(engineOptions(clock, keys));
  await engine.start();
  const api = createEngineApi(
    engine.url,
    keys === null ? {} : { eventKey: keys.eventKey, signingKey: keys.engineSigningKey },
  );
  const client = new sdk.Inngest(clientOptions(column, engine.url, keys));
  const app = sdk.createServer({
    client,
    functions: createTableFunctions(column, sdk, client, calls),
    ...(column.isVersion3 && keys !== null ? { signingKey: keys.appSigningKey } : {}),
  });
  let posts = 0;
  app.prependListener("request", (request) => {
    if (request.method === "POST") posts++;
  });
  const appUrl = `${await listen(app)}/api/inngest`;
  const outcome = await engine.engine.syncUrl(appUrl);
  if (outcome.kind === "failed") throw new Error(`the app did not register: ${outcome.code} ${outcome.message}`);

  const finish: World["finish"] = (eventId, count = 1) =>
    api.endedRuns(eventId, count, async () => skipWaits(engine, clock, await api.runsOfEvent(eventId)));
  return {
    engine,
    api,
    clock,
    calls,
    appUrl,
    callsToApp: () => posts,
    client,
    finish,
    async run(name, data = {}) {
      const { ids } = await client.send({ name, data });
      const runs = await finish(ids[0]!);
      if (runs.length !== 1) throw new Error(`${runs.length} runs instead of one`);
      return runs[0]!;
    },
    async close() {
      await engine.stop();
      clock.clear();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    },
  };
}
