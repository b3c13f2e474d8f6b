/** How long one tenant's job waits behind ten thousand of another: with a key and without, on a store on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../server/src/core/create-engine.ts";
import type { SdkCaller } from "../server/src/ports/sdk-caller.ts";
import { openSqliteStore } from "../server/src/store/sqlite/open-store.ts";
import { createSystemClock } from "../server/src/system/system-clock.ts";
import { createSystemRandom } from "../server/src/system/system-random.ts";

const backlog = 10_000;
const jobMs = 20;
const places = 20;
const perRequest = 5_000;

export interface Fairness {
  /** Milliseconds from the event of the other tenant to its handler. */
  waitedMs: number;
  /** Jobs of the first tenant that began meanwhile. */
  jobsBefore: number;
}

function registration(flow: object): object {
  const url = "http://bench.test/api?fnId=bench-job&stepId=step";
  const step = { id: "step", name: "step", runtime: { type: "http", url } };
  const job = { id: "bench-job", name: "job", triggers: [{ event: "bench/job" }], steps: { step }, ...flow };
  return {
    url: "http://bench.test/api",
    deployType: "ping",
    framework: "x",
    appName: "bench",
    sdk: "js:v4.24.0",
    v: "0.1",
    functions: [job],
  };
}

/** `flow`: options of the function, as a registration has them. */
async function measureFairness(flow: object): Promise<Fairness> {
  const directory = mkdtempSync(join(tmpdir(), "stepwell-fairness-"));
  const store = openSqliteStore({ directory });
  let began = 0;
  let other: (() => void) | null = null;
  const caller: SdkCaller = {
    async call({ body }) {
      if (body.includes('"tenant":"b"')) other?.();
      else began += 1;
      await new Promise((resolve) => setTimeout(resolve, jobMs));
      return { kind: "result", output: "1", requestVersion: 2 };
    },
    sync: async () => ({ kind: "failed", code: "unreachable", message: "" }),
    probe: async () => false,
    close: async () => undefined,
  };
  const silent = () => undefined;
  const engine = createEngine({
    store,
    caller,
    http: {
      send: () => Promise.reject(new Error("no step of this benchmark makes a request")),
      close: async () => undefined,
    },
    clock: createSystemClock(),
    random: createSystemRandom(),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    notifier: { notify: silent },
    workers: places,
  });
  const send = (tenant: string, count: number) =>
    engine.ingest({ body: Array.from({ length: count }, () => ({ name: "bench/job", data: { tenant } })), seed: null });
  try {
    await engine.start();
    await engine.register(registration(flow));
    for (let sent = 0; sent < backlog; sent += perRequest) await send("a", perRequest);
    const handled = new Promise<void>((resolve) => {
      other = resolve;
    });
    const [at, before] = [performance.now(), began];
    await send("b", 1);
    await handled;
    return { waitedMs: performance.now() - at, jobsBefore: began - before };
  } finally {
    await engine.stop(0);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function printFairness(): Promise<void> {
  const key = "event.data.tenant";
  const cases: [string, object][] = [
    ["no key", {}],
    [`a limit of 5 for each tenant`, { concurrency: [{ limit: 5, key }] }],
    [`a limit of ${places} for each tenant, as many as there are places`, { concurrency: [{ limit: places, key }] }],
  ];
  console.log(`\nOne tenant has ${backlog} jobs of ${jobMs} ms queued, ${places} at once; then another sends one:`);
  for (const [what, flow] of cases) {
    const { waitedMs, jobsBefore } = await measureFairness(flow);
    console.log(`  ${what}: it begins after ${waitedMs.toFixed(0)} ms, ${jobsBefore} jobs before it`);
  }
}
