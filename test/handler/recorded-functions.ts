/** The functions behind the recorded exchanges, as this SDK writes them. */
import type { Inngest, InngestFunction } from "../../src/index.ts";
import { NonRetriableError, RetryAfterError } from "../../src/index.ts";

/** @param once counts the calls of a key, so that some work fails the first time only. */
export function recordedFunctions(client: Inngest, once: (key: string) => number): InngestFunction[] {
  const child = client.createFunction({ id: "child" }, { event: "rec/child" }, async ({ event, step }) => {
    const x = await step.run("double", () => event.data.n * 2);
    return { x };
  });
  const badChild = client.createFunction({ id: "bad-child", retries: 0 }, { event: "rec/bad-child" }, async () => {
    throw new Error("child failed");
  });
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  return [
    child,
    badChild,
    client.createFunction({ id: "wait-match" }, { event: "rec/wait" }, async ({ step }) => {
      const options = { event: "rec/go", timeout: "10s", if: "async.data.id == event.data.id" } as const;
      return (await step.waitForEvent("w", options))?.data ?? null;
    }),
    client.createFunction(
      { id: "wait-timeout" },
      { event: "rec/wait-timeout" },
      async ({ step }) =>
        (await step.waitForEvent("w", { event: "rec/never", timeout: "1s", match: "data.id" })) ?? "timed out",
    ),
    client.createFunction({ id: "invokes" }, { event: "rec/invoke" }, async ({ step }) => {
      const r = await step.invoke("call", { function: child, data: { n: 21 } });
      try {
        await step.invoke("call-bad", { function: badChild, data: {} });
        return { r };
      } catch (thrown) {
        const { name, message } = thrown as Error;
        return { r, err: { name, message } };
      }
    }),
    client.createFunction({ id: "fetches" }, { event: "rec/fetch" }, async ({ step }) => {
      const response = await step.fetch("http://127.0.0.1:3002/hello", {
        method: "POST",
        body: JSON.stringify({ a: 1 }),
        headers: { "content-type": "application/json" },
      });
      return { status: response.status, body: await response.json() };
    }),
    client.createFunction({ id: "infers" }, { event: "rec/infer" }, async ({ step }) => {
      const options = { model: "gpt-4o", apiKey: "sk-not-a-key", baseUrl: "http://127.0.0.1:3002/v1/" };
      const model = step.ai.models.openai(options);
      return step.ai.infer("ask", { model, body: { messages: [{ role: "user", content: "hi" }] } });
    }),
    client.createFunction({ id: "signals" }, { event: "rec/signal" }, async ({ step }) =>
      step.waitForSignal("sig", { signal: "sig-1", timeout: "10s", onConflict: "fail" }),
    ),
    client.createFunction({ id: "hello" }, { event: "rec/hello" }, async ({ event }) => ({ hello: event.data.who })),
    client.createFunction({ id: "three-steps", triggers: [{ event: "rec/three" }] }, async ({ step }) => {
      const a = await step.run("a", () => 1);
      const b = await step.run("b", () => ({ n: a + 1 }));
      return await step.run("c", () => [a, b.n]);
    }),
    client.createFunction({ id: "loop" }, { event: "rec/loop" }, async ({ step }) => {
      const out: number[] = [];
      for (let i = 0; i < 3; i++) out.push(await step.run("same-id", () => i));
      return out;
    }),
    client.createFunction({ id: "sleeps" }, { event: "rec/sleep" }, async ({ step }) => {
      await step.sleep("nap", "1s");
      await step.sleepUntil("until", new Date("2026-11-22T00:12:11.465Z"));
      return "awake";
    }),
    client.createFunction({ id: "parallel" }, { event: "rec/parallel" }, async ({ step }) => {
      const r = await Promise.all([step.run("p1", () => 1), step.run("p2", () => 2), step.sleep("p3", "1s")]);
      return await step.run("after", () => r[0] + r[1]);
    }),
    client.createFunction({ id: "race" }, { event: "rec/race" }, async ({ step }) => {
      const slow = step.run("slow", async () => {
        await wait(1);
        return "slow";
      });
      const winner = await Promise.race([slow, step.run("fast", () => "fast")]);
      return await step.run("then", () => winner);
    }),
    client.createFunction({ id: "step-retry", retries: 2 }, { event: "rec/step-retry" }, async ({ step, attempt }) => {
      const v = await step.run("flaky", () => {
        if (once("flaky") < 2) throw new TypeError("flaky once", { cause: new Error("root cause") });
        return "ok";
      });
      return { v, attempt };
    }),
    client.createFunction({ id: "step-fails-caught", retries: 1 }, { event: "rec/caught" }, async ({ step }) => {
      try {
        return await step.run("always", () => {
          throw new RangeError("always fails");
        });
      } catch (thrown) {
        const error = thrown as Error;
        return { caught: error.name, message: error.message, kind: error.constructor.name };
      }
    }),
    client.createFunction({ id: "fn-retry", retries: 1 }, { event: "rec/fn-retry" }, async () => {
      if (once("fn") < 2) throw new Error("function error once");
      return "ok";
    }),
    client.createFunction(
      {
        id: "fails",
        retries: 0,
        onFailure: async ({ event, error, step }) => {
          await step.run("cleanup", () => "cleaned");
          return { name: error.name, message: error.message, of: event.data.function_id };
        },
      },
      { event: "rec/fails" },
      async ({ step }) => {
        await step.run("first", () => 1);
        throw new Error("gives up");
      },
    ),
    client.createFunction({ id: "non-retriable" }, { event: "rec/non-retriable" }, async () => {
      throw new NonRetriableError("never again", { cause: new Error("why") });
    }),
    client.createFunction({ id: "step-non-retriable" }, { event: "rec/step-non-retriable" }, async ({ step }) => {
      await step.run("x", () => {
        throw new NonRetriableError("step never again");
      });
    }),
    client.createFunction({ id: "retry-after", retries: 1 }, { event: "rec/retry-after" }, async () => {
      if (once("ra") < 2) throw new RetryAfterError("come back", "2s");
      return "came back";
    }),
    client.createFunction({ id: "sends" }, { event: "rec/send" }, async ({ step }) =>
      step.sendEvent("send", [
        { name: "rec/hello", data: { who: "step" } },
        { name: "rec/nobody", data: {} },
      ]),
    ),
    client.createFunction(
      { id: "batch", batchEvents: { maxSize: 3, timeout: "2s" } },
      { event: "rec/batch" },
      async ({ events }) => events.length,
    ),
    client.createFunction(
      { id: "cancels", cancelOn: [{ event: "rec/stop", match: "data.id" }] },
      { event: "rec/cancel" },
      async ({ step }) => {
        await step.sleep("long", "1h");
        return "never";
      },
    ),
    client.createFunction(
      { id: "debounced", debounce: { period: "1s", key: "event.data.k" } },
      { event: "rec/debounce" },
      async ({ event }) => event.data.n,
    ),
    client.createFunction(
      { id: "singleton", singleton: { key: "event.data.k", mode: "skip" } },
      { event: "rec/singleton" },
      async ({ step }) => {
        await step.sleep("s", "2s");
        return "one";
      },
    ),
    client.createFunction(
      {
        id: "every-option",
        name: "Every option",
        retries: 7,
        concurrency: [
          { limit: 5, key: "event.data.k" },
          { limit: 50, scope: "account", key: '"shared"' },
        ],
        throttle: { limit: 10, period: "1m", burst: 2, key: "event.data.k" },
        rateLimit: { limit: 10, period: "1h", key: "event.data.userId" },
        priority: { run: "event.data.vip == true ? 300 : 0" },
        timeouts: { start: "1h", finish: "2h" },
        idempotency: "event.data.orderId",
        cancelOn: [{ event: "rec/stop", if: "async.data.id == event.data.id", timeout: "1h" }],
      },
      [{ event: "rec/options", if: "event.data.go == true" }, { cron: "TZ=Europe/Berlin 0 6 * * *" }],
      async () => "ok",
    ),
  ];
}
