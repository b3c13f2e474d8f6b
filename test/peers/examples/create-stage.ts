/** Puts examples on: one engine for a column, an app for each example, real HTTP between them, time moved by the test. */
import type { Server } from "node:http";
import { createServer, type StepwellServer } from "../../../server/src/main.ts";
import { createEngineApi, type RunJson } from "../../helpers/engine-api.ts";
import { eventually } from "../../helpers/eventually.ts";
import { createShiftingClock, type ShiftingClock } from "../../helpers/shifting-clock.ts";
import { engineOptions, listen, silent } from "../world.ts";
import type { App, Define, Example, ExampleColumn, Sdk, Stage } from "./example.ts";
import { createOutside, type Outside } from "./outside.ts";

export interface Theatre {
  engine: StepwellServer;
  clock: ShiftingClock;
  outside: Outside;
  outsideUrl: string;
  close(): Promise<void>;
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

export async function openTheatre(): Promise<Theatre> {
  const clock = createShiftingClock();
  const engine = createServer(engineOptions(clock, null));
  await engine.start();
  const outside = createOutside();
  const outsideUrl = await listen(outside.server);
  return {
    engine,
    clock,
    outside,
    outsideUrl,
    async close() {
      await engine.stop(0);
      clock.clear();
      await closeServer(outside.server);
    },
  };
}

export const define =
  (style: ExampleColumn["style"]): Define =>
  (client, options, triggers, handler) => {
    const make = client.createFunction.bind(client) as (...args: unknown[]) => ReturnType<Define>;
    return style === "v3" ? make(options, triggers, handler) : make({ ...options, triggers }, handler);
  };

export interface Cast extends App {
  server: Server;
  notes: string[];
}

/** The example's app as the column's SDK makes it. `baseUrl` is where it finds an engine. */
export async function makeApp(
  example: Example,
  column: ExampleColumn,
  baseUrl: string,
  outsideUrl: string,
): Promise<Cast> {
  const { sdk, createServer: serve } = await column.load();
  const notes: string[] = [];
  const note = (entry: string): number => {
    notes.push(entry);
    return notes.filter((one) => one === entry).length;
  };
  const place = { baseUrl, isDev: true, logger: silent, ...column.clientOptions };
  const app = example.app({ sdk: placed(sdk, place), fn: define(column.style), outsideUrl, note });
  return { ...app, notes, server: serve({ client: app.client, functions: app.functions }) };
}

/** The SDK whose clients have the place's options where the user's code says nothing else. */
function placed(sdk: Sdk, place: object): Sdk {
  const { Inngest } = sdk as unknown as { Inngest: new (options: object) => object };
  const Placed = class extends Inngest {
    constructor(options: object) {
      super({ ...place, ...options });
    }
  };
  return { ...sdk, Inngest: Placed as unknown as Sdk["Inngest"] };
}

export async function syncApp(theatre: Theatre, url: string): Promise<void> {
  const outcome = await theatre.engine.engine.syncUrl(`${url}/api/inngest`);
  if (outcome.kind === "failed") throw new Error(`the app did not register: ${outcome.code} ${outcome.message}`);
}

/** Waits shorter than this pass by themselves. */
const shortMs = 100;

/** Moves time to what is due next of all open runs, if nothing is at work: a run that waits may wait for another's. */
async function skipWait({ engine, clock }: Theatre): Promise<void> {
  const runs = await engine.store.listRuns({ statuses: ["Queued", "Running"], limit: 100 });
  const items = await Promise.all(runs.map(({ id }) => engine.store.listItems(id)));
  const dueAt = Math.min(...items.flat().map((item) => item.dueAt));
  const waitMs = dueAt - clock.now();
  if (engine.engine.running().length === 0 && waitMs > shortMs && Number.isFinite(waitMs)) clock.advance(waitMs);
}

/**
 * Takes an example's app off the stage. What it left open would be called in vain at every step that time takes, and would
 * keep those steps short.
 */
export async function clearStage({ engine }: Theatre, url: string): Promise<void> {
  await engine.engine.removeApp(`${url}/api/inngest`);
  const open = await engine.store.listRuns({ statuses: ["Queued", "Running"], limit: 100 });
  for (const { id } of open) await engine.engine.cancelRun(id).catch(() => undefined);
}

const isOver = ({ status }: RunJson): boolean => !["Queued", "Running"].includes(status);

export function createStage(theatre: Theatre, column: ExampleColumn, cast: Cast): Stage {
  const { engine, clock, outside } = theatre;
  const api = createEngineApi(engine.url);
  const send: Stage["send"] = async (name, data = {}, more = {}) => {
    const { ids } = await cast.client.send({ name, data, ...more } as never);
    return ids[0] as string;
  };
  const settled = async (id: string, whileWaiting?: () => Promise<void>): Promise<RunJson> => {
    // Looked for in the store: the question is asked hundreds of times.
    await eventually(`the runs of event ${id} to end`, async () => {
      const runs = await theatre.engine.store.listRunsOfEvent(id);
      if (runs.length > 0 && runs.every(({ status }) => status !== "Queued" && status !== "Running")) return true;
      await whileWaiting?.();
      return null;
    });
    const runs = await api.runsOfEvent(id);
    if (runs.length !== 1) throw new Error(`${runs.length} runs instead of one`);
    return runs[0] as RunJson;
  };
  const finish: Stage["finish"] = (id) => settled(id, () => skipWait(theatre));
  return {
    column,
    client: cast.client,
    api,
    notes: cast.notes,
    count: (entry) => cast.notes.filter((one) => one === entry).length,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    send,
    finish,
    settled: (id) => settled(id),
    run: async (name, data) => finish(await send(name, data)),
    waitsIn: (eventId, step) =>
      eventually(`a run that waits in ${step}`, async () => {
        const [run] = await api.runsOfEvent(eventId);
        if (run === undefined) return null;
        const found = (await api.steps(run.run_id)).find(
          ({ name, status }) => name === step && ["Sleeping", "Waiting"].includes(status),
        );
        return found === undefined ? null : run;
      }),
    ended: (fn, count = 1) =>
      eventually(`${count} ended runs of ${fn}`, async () => {
        const runs = (await api.runs(`?function=${cast.client.id}-${fn}`)).filter(isOver);
        return runs.length >= count ? runs : null;
      }),
    steps: (run) => api.steps(run.run_id),
    requests: outside.requests,
  };
}
