/** Runs the fallback worker: `npm run worker`. Polls every WORKER_POLL_MS (5000) until it is stopped. */
import { setTimeout as wait } from "node:timers/promises";
import { compose } from "../compose.ts";
import { readConfig } from "../config.ts";
import { createWorker } from "./worker.ts";

const config = readConfig(process.env);
const { dependencies, claims, close } = compose(config);
const log = (line: string): void => void process.stdout.write(`${line}\n`);
const worker = createWorker({ claims, dependencies, workerId: config.workerId, log });

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());

const abandoned = worker.recover();
if (abandoned > 0) log(`ended ${abandoned} jobs that were left in the middle`);
log(`the worker ${config.workerId} looks for jobs every ${config.workerPollMs} ms`);
while (!stopping.signal.aborted) {
  if (!(await worker.workOne()))
    await wait(config.workerPollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
}
close();
