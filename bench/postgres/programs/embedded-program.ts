/** An engine and its app in one process, on Postgres: sends itself events, and tells the driver when all runs have ended. */
import { Inngest } from "stepwell";
import { createServer } from "stepwell-server";

const count = Number(process.env.COUNT);
const kind = process.env.KIND ?? "";
const perRequest = 100;
const requestsAtOnce = 4;

const client = new Inngest({ id: "bench", logger: { debug() {}, info() {}, warn() {}, error() {} } });
const two = client.createFunction(
  { id: "two", retries: 0, triggers: [{ event: "bench/two" }] },
  async ({ event, step }) => {
    const a = await step.run("a", () => Number(event.data.n));
    return step.run("b", () => a + 1);
  },
);
const none = client.createFunction({ id: "none", retries: 0, triggers: [{ event: "bench/none" }] }, () => 1);

let left = 0;
let allEnded = (): void => undefined;
const server = createServer({
  store: process.env.POSTGRES_URI ?? "",
  apps: [{ client, functions: [two, none] }],
  notifier: {
    notify(activity) {
      if (activity.kind === "run-ended" && --left === 0) allEnded();
    },
  },
});
await server.start();

/** Resolves when the runs of so many events have ended, and their ends are committed. */
async function runAll(total: number): Promise<void> {
  left = total;
  const ended = new Promise<void>((resolve) => {
    allEnded = resolve;
  });
  let next = 0;
  const sendSome = async (): Promise<void> => {
    while (next < total) {
      const from = next;
      next += perRequest;
      const events = Array.from({ length: Math.min(perRequest, total - from) }, (_, i) => ({
        name: `bench/${kind}`,
        data: { n: from + i },
      }));
      await client.send(events);
    }
  };
  await Promise.all([...Array.from({ length: requestsAtOnce }, sendSome), ended]);
}

await runAll(200);
const cpu = process.cpuUsage();
const begin = performance.now();
await runAll(count);
const ms = performance.now() - begin;
const { user, system } = process.cpuUsage(cpu);
process.send?.({ count, ms, cpuMs: (user + system) / 1000 }, () => process.exit());
