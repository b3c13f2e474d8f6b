/** What is found out within one process: the test kit, the current run, and two copies of the package. */
import { createRequire } from "node:module";
import eslintPlugin from "@inngest/eslint-plugin";
import { getSubscriptionToken, subscribe } from "@inngest/realtime";
import { InngestTestEngine } from "@inngest/test";
import * as esm from "inngest";
import { serve } from "inngest/edge";
import { createDefer, getAsyncCtx, runWithAsyncCtx } from "inngest/experimental";

const require = createRequire(import.meta.url);
const cjs = require("inngest");

const failure = (work) =>
  Promise.resolve()
    .then(work)
    .then(
      () => "nothing failed",
      (error) => error.message,
    );

async function testKit() {
  const client = new esm.Inngest({ id: "kit", isDev: true, logger: { debug() {}, info() {}, warn() {}, error() {} } });
  const order = client.createFunction({ id: "order", triggers: { event: "kit/order" } }, async ({ event, step }) => {
    const rate = await step.run("rate", () => 2);
    const [a, b] = await Promise.all([step.run("a", () => rate * 10), step.run("b", () => rate * 100)]);
    await step.sleep("pause", "1h");
    const paid = await step.waitForEvent("paid", { event: "kit/paid", timeout: "1h" });
    return { name: event.name, sum: a + b, paid: paid?.data };
  });
  const failing = client.createFunction({ id: "failing", triggers: { event: "kit/fail" } }, async ({ step }) => {
    await step.run("fine", () => 1);
    throw new RangeError("no");
  });
  const paid = { id: "paid", handler: () => ({ name: "kit/paid", data: { cents: 5 } }) };
  const events = [{ name: "kit/order", data: {} }];
  const t = new InngestTestEngine({ function: order, events, steps: [paid] });
  const whole = await t.execute();
  const rated = client.createFunction({ id: "rated", triggers: { event: "kit/rated" } }, async ({ step }) => {
    const rate = await step.run("rate", () => 2);
    return rate * 110;
  });
  const mocked = await new InngestTestEngine({ function: rated, steps: [{ id: "rate", handler: () => 3 }] }).execute();
  const parallel = client.createFunction({ id: "parallel", triggers: { event: "kit/parallel" } }, ({ step }) =>
    Promise.all([step.run("a", () => 10), step.run("b", () => 200)]),
  );
  const step = await new InngestTestEngine({ function: parallel }).executeStep("b");
  const failed = await new InngestTestEngine({ function: failing }).execute();
  const unanswered = await new InngestTestEngine({ function: order, events }).execute();
  const broken = { id: "rate", handler: () => Promise.reject(new Error("the mock broke")) };
  const mockFailed = await new InngestTestEngine({ function: rated, steps: [broken] }).execute();
  return {
    whole: whole.result,
    calls: whole.ctx.step.run.mock.calls.map(([id]) => id),
    state: await Promise.all(Object.values(whole.state)),
    mocked: mocked.result,
    step: step.result,
    failed: failed.error,
    unanswered: unanswered.error?.message,
    mockFailed: mockFailed.error,
  };
}

/** Calls a function once, as the engine would. */
async function call(client, fn, query = "step") {
  const event = { id: "e", ts: 1, name: "x", data: {} };
  const ctx = {
    run_id: "r",
    attempt: 0,
    disable_immediate_execution: false,
    use_api: false,
    stack: { stack: [], current: 0 },
  };
  const body = JSON.stringify({ version: 2, event, events: [event], steps: {}, ctx });
  const url = `http://app.test/api/inngest?fnId=${fn.id(client.id)}&stepId=${query}`;
  const response = await serve({ client, functions: [fn] })(new Request(url, { method: "POST", body }));
  return { status: response.status, noRetry: response.headers.get("x-inngest-no-retry"), body: await response.json() };
}

async function asyncContext() {
  const client = new esm.Inngest({ id: "context", isDev: true, checkpointing: false });
  const found = {};
  const fn = client.createFunction({ id: "look", triggers: { event: "x" } }, async (given) => {
    const context = await getAsyncCtx();
    found.run = [context.app === client, context.execution.ctx === given, context.execution.executingStep ?? null];
    found.otherCopy = (await require("inngest/experimental").getAsyncCtx()) === context;
    await given.step.run({ id: "inner", name: "Inner" }, async () => {
      const inStep = await getAsyncCtx();
      found.step = inStep.execution.executingStep;
      found.rebound = await runWithAsyncCtx(context, async () => (await getAsyncCtx()).execution.executingStep ?? null);
    });
  });
  await call(client, fn);
  return { ...found, outside: (await getAsyncCtx()) ?? null };
}

async function copies() {
  const answers = {};
  for (const [title, a, b] of [
    ["esm", esm, cjs],
    ["cjs", cjs, esm],
  ]) {
    const client = new a.Inngest({ id: "copies", isDev: true, checkpointing: false });
    const invoked = client.createFunction({ id: "invoked" }, () => 1);
    class Tag extends a.Middleware.BaseMiddleware {
      id = "tag";
      transformFunctionInput(input) {
        return { ...input, ctx: { ...input.ctx, tag: "tagged" } };
      }
    }
    const other = new b.Inngest({ id: "other", isDev: true, checkpointing: false, middleware: [Tag] });
    class Mine extends b.NonRetriableError {}
    const run = (handler) => call(other, other.createFunction({ id: "f", triggers: { event: "x" } }, handler));
    answers[title] = {
      instances: [
        client instanceof b.Inngest,
        new a.NonRetriableError("x") instanceof b.NonRetriableError,
        new a.RetryAfterError("x", 1) instanceof b.RetryAfterError,
        new a.StepError("s", new Error("x")) instanceof b.StepError,
        new a.EventValidationError("x") instanceof b.NonRetriableError,
        new a.NonRetriableError("x") instanceof b.StepwellError,
        new a.InngestMiddleware({ name: "m", init: () => ({}) }) instanceof b.InngestMiddleware,
      ],
      others: [
        new Error("x") instanceof b.NonRetriableError,
        new a.NonRetriableError("x") instanceof Mine,
        new a.NonRetriableError("x") instanceof b.StepError,
        new a.StepError("s", new a.NonRetriableError("x")) instanceof b.NonRetriableError,
        {} instanceof b.Inngest,
      ],
      served: (await call(client, invoked)).body,
      servedByOther: await (async () => (await run(({ tag }) => tag)).body)(),
      invoke: (await run(({ step }) => step.invoke("i", { function: invoked }))).body[0].opts.function_id,
      reference: (
        await run(({ step }) =>
          step.invoke("i", { function: a.referenceFunction({ appId: "far", functionId: "away" }) }),
        )
      ).body[0].opts.function_id,
      noRetry: (
        await run(() => {
          throw new a.NonRetriableError("x");
        })
      ).noRetry,
    };
  }
  return answers;
}

export async function checks() {
  const client = new esm.Inngest({ id: "live", isDev: true });
  return {
    testKit: await testKit(),
    asyncContext: await asyncContext(),
    copies: await copies(),
    rules: Object.keys(eslintPlugin.rules),
    realtime: {
      token: await failure(() => getSubscriptionToken(client, { channel: "orders", topics: ["paid"] })),
      subscribe: await failure(() => subscribe({ app: client, channel: "orders", topics: ["paid"] })),
      step: await failure(() => client.realtime.publish({}, 1)),
    },
    notBuilt: await failure(() => createDefer(client, { id: "d" }, () => 1)),
  };
}
