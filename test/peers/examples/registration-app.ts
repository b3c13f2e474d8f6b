/** An app whose functions use every option that travels in a registration. */
import type * as stepwell from "stepwell";
import type { App, Define, Sdk } from "./example.ts";

const nothing = (): null => null;

export function createRegistrationApp(sdk: Sdk, fn: Define, baseUrl: string): App {
  // biome-ignore lint/suspicious/noExplicitAny: a client with any events.
  const client: stepwell.Inngest<any, any> = new sdk.Inngest({
    id: "registered app",
    isDev: true,
    appVersion: "v7",
    baseUrl,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const every = fn(
    client,
    {
      id: "every option",
      name: "Every option",
      description: "Uses all of them",
      retries: 7,
      concurrency: [
        { limit: 5, key: "event.data.k" },
        { limit: 50, scope: "account", key: '"shared"' },
      ],
      throttle: { limit: 10, period: "1m", burst: 2, key: "event.data.k" },
      priority: { run: "event.data.vip == true ? 300 : 0" },
      timeouts: { start: "1h", finish: "2h" },
      idempotency: "event.data.orderId",
      cancelOn: [
        { event: "reg/stop", if: "async.data.id == event.data.id", timeout: "1h" },
        { event: "reg/halt", match: "data.deep.id" },
        { event: "reg/end", timeout: new Date(0) },
      ],
      onFailure: nothing,
    },
    [
      { event: "reg/options", if: "event.data.go == true" },
      { event: "reg/wild.*" },
      { cron: "TZ=Europe/Berlin 0 6 * * *" },
    ],
    nothing,
  );
  const rest = [
    fn(
      client,
      { id: "rate", rateLimit: { limit: 10, period: "1h", key: "event.data.user" } },
      { event: "reg/rate" },
      nothing,
    ),
    fn(
      client,
      { id: "batch", batchEvents: { maxSize: 3, timeout: "5s", key: "event.data.k" } },
      { event: "reg/b" },
      nothing,
    ),
    fn(
      client,
      { id: "debounce", debounce: { period: "10s", timeout: "2m", key: "event.data.k" } },
      { event: "reg/d" },
      nothing,
    ),
    fn(client, { id: "skip", singleton: { mode: "skip", key: "event.data.k" } }, { event: "reg/s" }, nothing),
    fn(client, { id: "cancel", singleton: { mode: "cancel" } }, { event: "reg/s" }, nothing),
    fn(client, { id: "number", concurrency: 4, retries: 0 }, { event: "reg/n" }, nothing),
    fn(
      client,
      { id: "one", concurrency: { limit: 2, scope: "env", key: "event.data.e" } },
      { cron: "0 * * * *" },
      nothing,
    ),
    fn(client, { id: "plain", name: "Plain" }, { event: "reg/p" }, nothing),
    fn(client, { id: "failing", name: "Failing", retries: 2, onFailure: nothing }, { event: "reg/f" }, nothing),
  ];
  return { client, functions: [every, ...rest] };
}

/** What only version 4 can say. */
export function createTypedFunctions(
  { cron, eventType, invoke, staticSchema }: Sdk,
  client: App["client"],
): App["functions"] {
  const typed = eventType("reg/typed", { schema: staticSchema<{ id: string }>() });
  return [
    client.createFunction(
      {
        id: "typed",
        triggers: [
          typed,
          { event: typed, if: "event.data.id == 'a'" },
          cron("0 0 * * *"),
          invoke(staticSchema<{ n: number }>()),
        ],
        cancelOn: [{ event: typed, match: "data.id" }],
      },
      nothing,
    ),
    client.createFunction({ id: "jitter", triggers: { cron: "0 1 * * *", jitter: "5m" } }, nothing),
    client.createFunction({ id: "invoked only" }, nothing),
  ];
}
