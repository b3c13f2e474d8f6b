// Jobs of graphile-worker: added sixteen at a time, worked on ten at once, until all have run.
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { count, each, finish, start, uri } from "./report.mjs";

const logger = new Logger(() => () => undefined);
const utils = await makeWorkerUtils({ connectionString: uri, logger });
await utils.migrate();
let left = count;
let done = () => undefined;
const ended = new Promise((resolve) => {
  done = resolve;
});
const task = async () => {
  if (--left === 0) done();
};
await run({
  connectionString: uri,
  concurrency: 10,
  noHandleSignals: true,
  pollInterval: 100,
  taskList: { task },
  logger,
});
start();
await each(count, 16, (n) => utils.addJob("task", { n }));
await ended;
finish(count);
