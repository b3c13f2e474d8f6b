/** A failed step that nobody awaits yet, or ever, ends no process, whatever middleware stands around it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type AnyMiddleware,
  dependencyInjectionMiddleware,
  encryptionMiddleware,
  Inngest,
  InngestMiddleware,
  Middleware,
  NonRetriableError,
  serializerMiddleware,
  validationMiddleware,
} from "../../src/index.ts";
import { createDeferredPromise, InngestTestEngine } from "../../src/testing/index.ts";
import { middlewareApp } from "./middleware-app.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const macrotask = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Has every hook around a step, and takes its time in each. */
class Slow extends Middleware.BaseMiddleware {
  readonly id = "slow";
  override async transformStepInput(args: Middleware.TransformStepInputArgs) {
    await macrotask();
    return args;
  }
  override async wrapStep({ next }: Middleware.WrapStepArgs): Promise<unknown> {
    await macrotask();
    const result = next();
    await macrotask();
    return result;
  }
  override async wrapStepHandler({ next }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
    const result = next();
    await macrotask();
    return result;
  }
  override async wrapFunctionHandler({ next }: Middleware.WrapFunctionHandlerArgs): Promise<unknown> {
    const result = next();
    await macrotask();
    return result;
  }
}

class Rejects extends Middleware.BaseMiddleware {
  readonly id = "rejects";
  override async wrapStep({ next, stepInfo }: Middleware.WrapStepArgs): Promise<unknown> {
    const value = await next().catch((error: Error) => {
      throw new Error(error.message);
    });
    if (stepInfo.options.id.startsWith("bad")) throw new Error("bad");
    return value;
  }
}

class Refuses extends Middleware.BaseMiddleware {
  readonly id = "refuses";
  override transformStepInput(args: Middleware.TransformStepInputArgs): Middleware.TransformStepInputArgs {
    if (args.stepInfo.memoized || !args.stepOptions.id.startsWith("bad")) return args;
    throw new Error("bad");
  }
}

class Drops extends Middleware.BaseMiddleware {
  readonly id = "drops";
  override async wrapStep({ next, stepInfo }: Middleware.WrapStepArgs): Promise<unknown> {
    if (!stepInfo.memoized || !stepInfo.options.id.startsWith("bad")) return next();
    void next();
    await macrotask();
    throw new Error("bad");
  }
  override async wrapStepHandler({ next, stepInfo }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
    if (!stepInfo.options.id.startsWith("bad")) return next();
    void next();
    await macrotask();
    throw new NonRetriableError("bad");
  }
}

const kinds: Record<string, readonly AnyMiddleware[]> = {
  none: [],
  slow: [Slow],
  "wrapStep that rejects": [Rejects],
  "transformStepInput that throws": [Refuses],
  "dropped next()": [Drops],
  "built-ins": [
    dependencyInjectionMiddleware({ a: 1 }),
    encryptionMiddleware({ key: "a key" }),
    serializerMiddleware(),
    validationMiddleware(),
  ],
  "version 3": [new InngestMiddleware({ name: "v3", init: () => ({ onFunctionRun: () => ({}) }) })],
};

// biome-ignore lint/suspicious/noExplicitAny: handlers of every shape
type Handler = (context: any) => Promise<unknown>;

const bad = (): never => {
  throw new NonRetriableError("bad");
};

const shapes: Record<string, Handler> = {
  "awaited later": async ({ step }) => {
    const failing = step.run("bad", bad);
    await step.run("good", () => 1);
    await step.sleep("nap", "1s");
    await macrotask();
    return failing.catch((error: Error) => error.message);
  },
  "in Promise.any": async ({ step }) => {
    await Promise.any([step.run("bad", bad), step.run("good", () => "good")]);
    await step.sleep("nap", "1s");
    return "bad";
  },
  "lost a race": async ({ step, group }) => {
    await group.parallel(() => Promise.race([step.run("good", () => 1), step.run("bad", bad)]).catch(() => null));
    await step.sleep("nap", "1s");
    return "bad";
  },
  "never awaited": async ({ step, group }) => {
    void step.run("bad", bad);
    void group.parallel(() => step.run("bad2", bad));
    void step.invoke("bad3", { function: "other" });
    void step.fetch("https://bad.test/");
    await step.run("good", () => 1);
    await step.sleep("nap", "1s");
    return "bad";
  },
};

let unhandled: unknown[];
const note = (reason: unknown): void => void unhandled.push(reason);
let others: NodeJS.UnhandledRejectionListener[];

beforeEach(() => {
  unhandled = [];
  others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
  for (const listener of others) process.on("unhandledRejection", listener);
});

/** Runs an app to its end: what an engine carries out fails, sleeps aside. */
async function runToEnd(middleware: readonly AnyMiddleware[], handler: Handler, checkpoints: boolean) {
  const { run } = middlewareApp({ middleware, handler });
  const { json, status } = await run({ checkpoints, failing: ["InvokeFunction", "Gateway"] });
  await macrotask();
  return { json, status };
}

for (const [kind, middleware] of Object.entries(kinds)) {
  describe(`with middleware: ${kind}`, () => {
    for (const [shape, handler] of Object.entries(shapes)) {
      test.each([true, false])(`a failed step that is ${shape}, checkpoints %s`, async (checkpoints) => {
        const { status, json } = await runToEnd(middleware, handler, checkpoints);
        expect(status).toBe(200);
        if (kind !== "built-ins") expect(json).toBe("bad");
        expect(unhandled).toEqual([]);
      });
    }
  });
}

test("of a handler that fails while its steps have failed, only the handler's error counts", async () => {
  const { status, json } = await runToEnd(
    [Slow],
    async ({ step }) => {
      void step.run("bad", bad);
      await step.run("good", () => 1);
      throw new NonRetriableError("body");
    },
    false,
  );
  await macrotask();
  expect([status, json.message]).toEqual([400, "body"]);
  expect(unhandled).toEqual([]);
});

test("what user code itself leaves unhandled stays unhandled", async () => {
  await runToEnd(
    [Slow],
    async ({ step, group }) => {
      void step.run("good", () => 1).then(() => Promise.reject(new Error("mine")));
      void group.parallel(async () => {
        throw new Error("mine too");
      });
      await step.run("more", () => 1);
      return "done";
    },
    true,
  );
  await macrotask();
  expect(unhandled.map((reason) => (reason as Error).message)).toContain("mine");
  expect(unhandled.map((reason) => (reason as Error).message)).toContain("mine too");
});

test("the test kit leaves nothing unhandled", async () => {
  const client = new Inngest({ id: "app", middleware: [Slow], logger: silent });
  const fn = client.createFunction({ id: "f", triggers: { event: "e" } }, shapes["awaited later"] as Handler);
  const { state, result } = await new InngestTestEngine({ function: fn }).execute();
  void createDeferredPromise();
  await macrotask();
  expect(result).toBe("bad");
  expect(Object.keys(state)).toEqual(["bad", "good", "nap"]);
  expect(unhandled).toEqual([]);
});
