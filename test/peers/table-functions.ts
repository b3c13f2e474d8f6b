/** The functions of the table: one for each case, the same for every SDK. */
import type { Column, FunctionOptions, HandlerInput, Sdk, Trigger } from "./columns.ts";

export interface Calls {
  /** Counts one execution of something and says how many there were, this one included. */
  add(name: string): number;
  count(name: string): number;
}

export function createCalls(): Calls {
  const counts = new Map<string, number>();
  const count = (name: string): number => counts.get(name) ?? 0;
  return {
    add(name) {
      counts.set(name, count(name) + 1);
      return count(name);
    },
    count,
  };
}

type Define = (options: FunctionOptions, trigger: Trigger, handler: (input: HandlerInput) => unknown) => void;

function stepFunctions(define: Define, calls: Calls): void {
  define({ id: "hello" }, { event: "table/hello" }, ({ event }) => ({ hello: event.data.who }));
  define({ id: "three" }, { event: "table/three" }, async ({ step }) => {
    const a = await step.run("a", () => calls.add("three/a"));
    const b = await step.run("b", () => ({ n: a + calls.add("three/b") }));
    return step.run("c", () => [a, b.n, calls.add("three/c")]);
  });
  define({ id: "loop" }, { event: "table/loop" }, async ({ step }) => {
    const out: number[] = [];
    for (let i = 0; i < 3; i++) out.push(await step.run("same-id", () => calls.add("loop")));
    return out;
  });
  define({ id: "keys" }, { event: "table/keys" }, async ({ event, step }) => {
    const made = await step.run("make", () => ({
      zebra: { d: 1, c: "ü\u2028" },
      "10": 1e21,
      apple: [-0, 0.1],
      "9": null,
    }));
    await step.sleep("nap", "1s");
    return [event.data, made].map((value) => JSON.stringify(value));
  });
  define({ id: "sleeps" }, { event: "table/sleeps" }, async ({ event, step }) => {
    const before = await step.run("before", () => calls.add("sleeps/before"));
    await step.sleep("nap", "90m");
    await step.sleepUntil("until", new Date(event.data.until));
    return [before, await step.run("after", () => calls.add("sleeps/after"))];
  });
  define({ id: "parallel" }, { event: "table/parallel" }, async ({ step }) => {
    const [one, two] = await Promise.all([
      step.run("p1", () => calls.add("parallel/p1")),
      step.run("p2", () => calls.add("parallel/p2") + 1),
      step.sleep("p3", "10m"),
    ]);
    return step.run("sum", () => [one, two, calls.add("parallel/sum")]);
  });
  define({ id: "race" }, { event: "table/race" }, async ({ step }) => {
    const winner = await Promise.race([
      step.run("slow", async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return "slow";
      }),
      step.run("fast", () => "fast"),
    ]);
    return step.run("then", () => `${winner} won`);
  });
  define({ id: "sends" }, { event: "table/sends" }, async ({ step }) => {
    calls.add("sends/body");
    return step.sendEvent("send", [
      { name: "table/hello", data: { who: "a step" } },
      { name: "table/nobody", data: {} },
    ]);
  });
}

function failingFunctions(define: Define, calls: Calls, sdk: Sdk): void {
  define({ id: "step-retry", retries: 2 }, { event: "table/step-retry" }, async ({ step }) =>
    step.run("flaky", () => {
      if (calls.add("step-retry") < 3) throw new TypeError("flaky", { cause: new Error("root cause") });
      return "third time";
    }),
  );
  define({ id: "fn-retry", retries: 1 }, { event: "table/fn-retry" }, ({ attempt }) => {
    if (calls.add("fn-retry") < 2) throw new Error("once");
    return { attempt };
  });
  define({ id: "caught", retries: 1 }, { event: "table/caught" }, async ({ step }) => {
    try {
      await step.run("always", () => {
        calls.add("caught");
        throw new RangeError("always fails");
      });
      return "not reached";
    } catch (error) {
      const { name, message } = error as Error;
      return { name, message, after: await step.run("after", () => calls.add("caught/after")) };
    }
  });
  define(
    {
      id: "fails",
      retries: 0,
      onFailure: async ({ event, error, step }) => {
        const cleaned = await step.run("cleanup", () => calls.add("fails/cleanup"));
        return { name: error.name, message: error.message, of: event.data.function_id, cleaned };
      },
    },
    { event: "table/fails" },
    async ({ step }) => {
      await step.run("first", () => calls.add("fails/first"));
      throw new Error("gives up");
    },
  );
  define({ id: "non-retriable", retries: 3 }, { event: "table/non-retriable" }, () => {
    calls.add("non-retriable");
    throw new sdk.NonRetriableError("never again", { cause: new Error("why") });
  });
  define({ id: "step-non-retriable", retries: 3 }, { event: "table/step-non-retriable" }, async ({ step }) => {
    await step.run("x", () => {
      calls.add("step-non-retriable");
      throw new sdk.NonRetriableError("step never again");
    });
  });
  define({ id: "retry-after", retries: 1 }, { event: "table/retry-after" }, () => {
    if (calls.add("retry-after") < 2) throw new sdk.RetryAfterError("come back", "1h");
    return "came back";
  });
}

function triggeredFunctions(define: Define, calls: Calls): void {
  define({ id: "yearly" }, { cron: "TZ=Europe/Berlin 30 4 1 1 *" }, ({ event }) => {
    calls.add("cron");
    return { name: event.name, cron: event.data.cron };
  });
  define({ id: "filtered" }, { event: "table/filtered", if: "event.data.total > 100 && event.data.vip == true" }, () =>
    calls.add("filtered"),
  );
}

/** Makes the table's functions on a client of a column's SDK. */
export function createTableFunctions(
  column: Column,
  sdk: Sdk,
  client: InstanceType<Sdk["Inngest"]>,
  calls: Calls,
): object[] {
  const functions: object[] = [];
  const define: Define = (options, trigger, handler) => {
    functions.push(
      column.isVersion3
        ? client.createFunction(options, trigger, handler)
        : client.createFunction({ ...options, triggers: [trigger] }, handler),
    );
  };
  stepFunctions(define, calls);
  failingFunctions(define, calls, sdk);
  triggeredFunctions(define, calls);
  return functions;
}
