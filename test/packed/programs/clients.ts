/** What apps export of their clients and functions, without saying its type. */
import {
  cron,
  dependencyInjectionMiddleware,
  EventSchemas,
  encryptionMiddleware,
  eventType,
  type GetStepTools,
  group,
  Inngest,
  InngestMiddleware,
  invoke,
  NonRetriableError,
  openai,
  RetryAfterError,
  referenceFunction,
  serializerMiddleware,
  staticSchema,
  step,
  validationMiddleware,
} from "stepwell";
import { z } from "zod";

export const inngest = new Inngest({ id: "shop" });
const schemas = new EventSchemas()
  .fromRecord<{ "shop/closed": { data: { reason: string } } }>()
  .fromSchema({ "shop/opened": z.object({ at: z.string() }) });
export const typed = new Inngest({ id: "typed", schemas });
export const injected = new Inngest({ id: "injected", middleware: [dependencyInjectionMiddleware({ pool: 1 })] });
export const legacy = new Inngest({
  id: "legacy",
  middleware: [
    new InngestMiddleware({
      name: "db",
      init: () => ({
        onFunctionRun: () => ({ transformInput: () => ({ ctx: { db: { query: (sql: string) => sql } } }) }),
      }),
    }),
  ],
});
export const guarded = new Inngest({
  id: "guarded",
  middleware: [validationMiddleware(), serializerMiddleware(), encryptionMiddleware({ key: "k" })],
});

export const placed = eventType("order/placed", { schema: z.object({ orderId: z.number() }) });
export const paid = eventType("order/paid", { schema: staticSchema<{ orderId: number }>() });
export const called = invoke(z.object({ id: z.string() }));
export const nightly = cron("0 3 * * *");
export const triggers = [placed, paid, nightly, { event: "shop/opened" }];
export const model = openai({ model: "gpt-4o" });
export const billing = referenceFunction({ appId: "billing", functionId: "charge" });

export const plain = inngest.createFunction({ id: "plain", triggers: { event: "a" } }, async ({ event, step: tools }) =>
  tools.run("name", () => event.name),
);
export const ofInjected = injected.createFunction({ id: "i", triggers: nightly }, ({ pool, runId }) => [pool, runId]);
export const ofLegacy = legacy.createFunction({ id: "l" }, { event: "a" }, ({ db }) => db.query("select 1"));
export const fromCall = inngest.createFunction({ id: "called", triggers: [called] }, ({ event }) => event.data);
export const order = inngest.createFunction(
  {
    id: "order",
    triggers: [paid, cron("0 3 * * *")],
    concurrency: [{ limit: 1, key: "event.data.orderId" }],
    onFailure: ({ error, event }) => `${error.message} ${event.data.run_id}`,
  },
  async ({ event, events, step: tools, attempt }) => ({
    at: new Date(),
    wait: await tools.waitForEvent("wait", { event: paid, timeout: "1d" }),
    signal: await tools.waitForSignal("signal", { signal: "go", timeout: "1d" }),
    invoked: await tools.invoke("invoke", { function: fromCall, data: { id: "1" } }),
    billed: await tools.invoke("bill", { function: billing, data: {} }),
    status: await tools.fetch("https://example.com").then((response) => response.status),
    answer: await tools.ai.infer("ask", { model, body: { messages: [] } }),
    raced: await Promise.race([tools.run("a", () => 1), tools.run("b", () => "b")]),
    name: event.name,
    count: events.length + attempt,
  }),
);
export const again = inngest.createFunction({ id: "again", triggers: { event: "b" } }, ({ step: tools }) =>
  tools.invoke("order", { function: order, data: { orderId: 1 } }),
);
// biome-ignore lint/style/noDefaultExport: apps export their list so
export default [plain, ofInjected, ofLegacy, fromCall, order, again];

export const helper = async (tools: GetStepTools<typeof inngest>) => tools.run("help", () => "a1".match(/\d/));
export const pass = (tools: GetStepTools<typeof typed>) => tools;
export const anywhere = () => step.run("anywhere", () => ({ at: new Date(), map: new Map([["a", 1]]) }));
export const parallel = () => group.parallel({ mode: "race" }, () => Promise.all([step.run("c", () => 1)]));
export const options = { client: typed, functions: [plain] };
export const sent = () => typed.send({ name: "shop/closed", data: { reason: "late" } });

export class OutOfStock extends NonRetriableError {}
export const later = (error: Error) => new RetryAfterError("busy", "10s", { cause: error });
export const lazily = { client: () => new Inngest({ id: "lazy" }), make: () => cron("* * * * *") };
