/** Functions of chaos with every kind of limit. */
import { limits } from "../kinds.ts";
import { client, on } from "./client.ts";
import { createNotebook, dataOf, type Place } from "./notebook.ts";

const app = process.env.APP ?? "";

/** Functions whose runs do two things, each within the limits of its options, and complete with the event's number. */
function limited(
  id: string,
  options: Record<string, unknown>,
  place: (k: number) => Place | undefined = () => undefined,
) {
  const book = createNotebook(id);
  return client.createFunction(
    { id, ...on(id), ...options } as ReturnType<typeof on> & { id: string },
    async (call) => {
      const { n, k } = dataOf(call);
      book.called(call);
      await book.work(call, "a", place(k));
      await book.work(call, "b", place(k));
      return n;
    },
  );
}

/** One that is cancelled while it sleeps. */
function sleepy(id: string, options: Record<string, unknown>) {
  const book = createNotebook(id);
  return client.createFunction(
    { id, ...on(id), ...options } as ReturnType<typeof on> & { id: string },
    async (call) => {
      await book.work(call, "a");
      book.asks(call, "nap", { lastsMs: 3_600_000 });
      await call.step.sleep("nap", "1h");
      book.passed(call, "nap");
    },
  );
}

const batchBook = createNotebook("batched");
const batched = client.createFunction(
  { id: "batched", ...on("batched"), batchEvents: { maxSize: limits.batch, timeout: "1s", key: "event.data.g" } },
  async (call) => {
    await batchBook.work(call, "a");
    return call.events.map((event) => (event.data as { n: number }).n);
  },
);

const { limit, periodMs } = limits.throttle;

export const limitedFunctions = [
  sleepy("cancelled", { cancelOn: [{ event: "chaos/stop", if: "async.data.n == event.data.n" }] }),
  sleepy("timed-out", { timeouts: { finish: "2s" } }),
  limited("later", {}),
  limited("keyed", { concurrency: { limit: limits.keyed, key: "string(event.data.k)" } }, (k) => ({
    limit: `${app} keyed ${k}`,
    places: limits.keyed,
  })),
  // Over both apps.
  limited("shared", { concurrency: { limit: limits.shared, key: '"chaos"', scope: "account" } }, () => ({
    limit: "shared",
    places: limits.shared,
  })),
  limited("whole", { concurrency: { fn: [{ limit: 1, key: "string(event.data.k)" }] } }, (k) => ({
    limit: `${app} whole ${k}`,
    places: 1,
    wholeRun: true,
  })),
  limited("prior", { concurrency: limits.prior, priority: { run: "event.data.k * 100" } }, () => ({
    limit: `${app} prior`,
    places: limits.prior,
  })),
  limited("throttled", { throttle: { limit, period: periodMs } }),
  limited("rated", { rateLimit: { limit: limits.rated, period: "24h", key: "event.data.g" } }),
  limited("first", { idempotency: "event.data.g" }),
  limited("debounced", { debounce: { period: "1s", key: "event.data.g" } }),
  batched,
  limited("single", { singleton: { mode: "skip", key: "event.data.g" } }),
  limited("replacing", { singleton: { mode: "cancel", key: "event.data.g" } }),
];
