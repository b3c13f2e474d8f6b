/** What each hook can change, and what happens when one goes wrong. */
import { describe, expect, test } from "vitest";
import { Middleware } from "../../src/index.ts";
import { middlewareApp, sha1 } from "./middleware-app.ts";

/** A middleware class with the given hooks. */
function withHooks(hooks: Partial<Middleware.Hooks>): Middleware.Class {
  class Test extends Middleware.BaseMiddleware {
    readonly id = "test";
  }
  Object.assign(Test.prototype, hooks);
  return Test;
}

const app = (hooks: Partial<Middleware.Hooks>, handler: Parameters<typeof middlewareApp>[0]["handler"]) =>
  middlewareApp({ middleware: [withHooks(hooks)], ...(handler ? { handler } : {}) });

describe("transforms", () => {
  test("transformFunctionInput adds to the context and to step, and changes what is remembered", async () => {
    const seen: unknown[] = [];
    const { call } = app(
      {
        transformFunctionInput(args) {
          seen.push(args.steps);
          const step = { ...args.ctx.step, double: (x: number) => x * 2 };
          const steps = { ...args.steps, [sha1("s")]: { type: "data" as const, data: "changed" } };
          return { ...args, ctx: { ...args.ctx, step, extra: "added" }, steps };
        },
      },
      async ({ step, extra }) => [extra, step.double(4), await step.run("s", () => "ran")],
    );
    const { json } = await call({ steps: { s: "bare", t: null, u: { data: 1 }, v: { error: { message: "no" } } } });
    expect(json).toEqual(["added", 8, "changed"]);
    expect(seen).toEqual([
      {
        [sha1("s")]: { type: "data", data: "bare" },
        [sha1("t")]: { type: "data", data: null },
        [sha1("u")]: { type: "data", data: 1 },
        [sha1("v")]: { type: "error", error: { message: "no" } },
      },
    ]);
  });

  test("transformStepInput changes input and id, not what is shown of the step; another id is another step", async () => {
    const { call } = app(
      {
        transformStepInput: ({ stepOptions, input, ...rest }) => ({
          ...rest,
          stepOptions: { id: `${stepOptions.id}-2`, name: "Second" },
          input: input.map((value) => Number(value) + 1),
        }),
      },
      ({ step }) => step.run("s", (x: number) => x, 1),
    );
    const [operation] = (await call()).json;
    expect(operation).toMatchObject({ id: sha1("s-2"), displayName: "s", name: "s", data: 2, opts: { input: [1] } });
    expect((await call({ steps: { "s-2": 7 } })).json).toBe(7);
  });

  test("transformStepInput changes what an engine is asked for", async () => {
    const { call } = app(
      {
        transformStepInput: (args) => ({
          ...args,
          input: args.input.map((opts) => ({ ...(opts as object), timeout: "5m" })),
        }),
      },
      ({ step }) =>
        Promise.all([
          step.waitForEvent("w", { event: "x", timeout: "1h", if: "async.data.a == 1" }),
          step.sleep("z", "1h"),
        ]),
    );
    expect((await call()).json).toMatchObject([
      { op: "WaitForEvent", name: "x", opts: { timeout: "5m", if: "async.data.a == 1" } },
      { op: "Sleep", name: "1h", opts: {} },
    ]);
  });

  test("transformSendEvent changes events; the event id seed stays the step's", async () => {
    const { call, sent } = app(
      {
        transformSendEvent: ({ events, fn }) => ({ fn, events: events.map((e) => ({ ...e, data: { by: fn?.id() } })) }),
      },
      ({ step }) => step.sendEvent("s", { name: "x" }),
    );
    await call();
    expect(sent[0]?.body).toMatchObject([{ name: "x", data: { by: "f" } }]);
  });

  test("events that are none are explained, not transformed", async () => {
    const { client } = app({ transformSendEvent: ({ events, fn }) => ({ events: events.slice(0), fn }) }, undefined);
    await expect(client.send([null as never])).rejects.toThrow("Event 0 has no name");
  });

  test.each([
    ["transformFunctionInput", "`ctx` and `steps`"],
    ["transformStepInput", "`stepOptions` and `input`"],
  ])("%s that returns nothing fails with a sentence", async (hook, keys) => {
    const { call } = app({ [hook]: () => undefined }, ({ step }) => step.sendEvent("s", { name: "x" }));
    const { status, json } = await call();
    expect([status, json.name]).toEqual([500, "TypeError"]);
    expect(json.message).toBe(
      `Middleware "test": ${hook} must return an object with ${keys}, such as its argument, but returned undefined.`,
    );
  });
});

describe("wrappers", () => {
  test("wrapStep changes what user code gets, remembered and new", async () => {
    const { call } = app(
      { wrapStep: async ({ next, stepInfo }) => `${await next()}${stepInfo.memoized ? " again" : " new"}` },
      async ({ step }) => [await step.run("s", () => "s"), await step.run("t", () => "t")],
    );
    const { json } = await call({ checkpoints: true, steps: { s: "s" } });
    expect(json.at(-1).data).toEqual(["s again", "t new"]);
  });

  test("wrapStep that does not call next stands in for the step", async () => {
    let ran = 0;
    const { call } = app({ wrapStep: async () => "instead" }, ({ step }) => step.run("s", () => ++ran));
    expect((await call()).json[0]).toMatchObject({ op: "StepRun", data: "instead" });
    expect(ran).toBe(0);
  });

  test("wrapStep can catch a remembered error", async () => {
    const { call } = app(
      { wrapStep: ({ next }) => next().catch((error: Error) => `caught ${error.message}`) },
      ({ step }) => step.run("s", () => 1),
    );
    const steps = { s: { type: "error", error: { name: "Error", message: "boom" } } };
    expect((await call({ steps })).json).toBe("caught boom");
  });

  test("wrapStepHandler can try again, and changes what is remembered", async () => {
    let tries = 0;
    const { call } = app({ wrapStepHandler: async ({ next }) => `${await next().catch(() => next())}!` }, ({ step }) =>
      step.run("s", () => {
        if (++tries === 1) throw new Error("first");
        return "ok";
      }),
    );
    expect((await call()).json[0]).toMatchObject({ op: "StepRun", data: "ok!" });
    expect(tries).toBe(2);
  });

  test("wrapFunctionHandler changes the result, and an error", async () => {
    const { call } = app(
      {
        wrapFunctionHandler: async ({ next }) => {
          try {
            return { wrapped: await next() };
          } catch (cause) {
            throw new TypeError("wrapped", { cause });
          }
        },
      },
      ({ event }) => {
        if (event.data.fail) throw new Error("inner");
        return 1;
      },
    );
    expect((await call()).json).toEqual({ wrapped: 1 });
    expect((await call({ data: { fail: true } })).json).toMatchObject({
      name: "TypeError",
      cause: { message: "inner" },
    });
  });

  test("wrapSendEvent sees the events and the ids", async () => {
    const seen: unknown[] = [];
    const { client } = app(
      {
        wrapSendEvent: async ({ next, events }) => {
          const result = await next();
          seen.push(events, result);
          return { ids: [...result.ids, "more"] };
        },
      },
      undefined,
    );
    expect(await client.send({ name: "x" })).toEqual({ ids: ["id-1", "more"] });
    expect(seen).toEqual([[{ name: "x", data: {}, ts: expect.any(Number) }], { ids: ["id-1"] }]);
  });

  test("wrapRequest sees the call and changes the answer", async () => {
    const { call } = app(
      {
        wrapRequest: async ({ next, requestInfo, runId, fn }) => {
          const body = (await requestInfo.body()) as { event: { name: string } };
          const response = await next();
          const seen = { runId, fn: fn?.id("app"), method: requestInfo.method, event: body.event.name };
          return { ...response, headers: { ...response.headers, "x-own": "1" }, body: JSON.stringify(seen) };
        },
      },
      () => "done",
    );
    const { json, headers } = await call();
    expect(json).toEqual({ runId: "run-1", fn: "app-f", method: "POST", event: "e" });
    expect(headers["x-own"]).toBe("1");
  });

  test("wrapRequest that throws is answered as a fault of the app, to be tried again", async () => {
    const { call } = app({ wrapRequest: () => Promise.reject(new Error("no database")) }, undefined);
    const { status, json, headers } = await call();
    expect(status).toBe(500);
    expect(json).toMatchObject({ type: "internal", message: "no database" });
    expect(headers["x-inngest-no-retry"]).toBeUndefined();
  });

  test("what a slow hook delays does not change the order of parallel steps", async () => {
    const { run } = app(
      {
        wrapStep: async ({ next, stepInfo }) => {
          const value = await next();
          if (stepInfo.options.id === "a") await new Promise((resolve) => setImmediate(resolve));
          return value;
        },
      },
      async ({ step }) => {
        const order: string[] = [];
        const one = async (id: string) => {
          await step.run(id, () => id);
          order.push(id);
          await step.run(`${id}2`, () => id);
        };
        await Promise.all([one("a"), one("b")]);
        return order;
      },
    );
    expect((await run()).json).toEqual(["a", "b"]);
  });
});

describe("observers", () => {
  test("get the context, outputs and errors", async () => {
    const seen: unknown[] = [];
    const note = (name: string) => (args: object) => {
      const { output, error, isFinalAttempt, stepInfo } = args as Record<string, never>;
      seen.push({ name, output, error: (error as Error | undefined)?.message, isFinalAttempt, step: stepInfo });
    };
    const hooks = { onRunError: note("run"), onStepError: note("step"), onStepComplete: note("done") };
    const { call } = app(hooks, async ({ step, event }) => {
      if (event.data.fail) throw new Error("outer");
      await step.run({ id: "s", name: "S" }, () => {
        if (event.data.step) throw new Error("inner");
        return 5;
      });
    });
    await call();
    await call({ data: { step: true } });
    await call({ data: { step: true }, attempt: 3 });
    await call({ data: { fail: true }, attempt: 3 });
    const stepInfo = { hashedId: sha1("s"), memoized: false, stepType: "run", options: { id: "s", name: "S" } };
    const none = { output: undefined, error: undefined, isFinalAttempt: undefined, step: undefined };
    expect(seen).toEqual([
      { ...none, name: "done", output: 5, step: stepInfo },
      { ...none, name: "step", error: "inner", isFinalAttempt: false, step: stepInfo },
      { ...none, name: "step", error: "inner", isFinalAttempt: true, step: stepInfo },
      { ...none, name: "run", error: "outer", isFinalAttempt: true },
    ]);
  });

  test("that throw are logged, and change nothing", async () => {
    const names = ["onRunStart", "onMemoizationEnd", "onStepStart", "onStepComplete", "onRunComplete"] as const;
    const hooks = Object.fromEntries(
      names.map((name, index) => [
        name,
        index % 2 === 0
          ? () => Promise.reject(new Error(`${name} late`))
          : () => {
              throw new Error(`${name} at once`);
            },
      ]),
    );
    const { run, logs } = app(hooks, ({ step }) => step.run("s", () => 1));
    expect((await run()).json).toBe(1);
    for (const [index, hook] of names.entries()) {
      const err = new Error(`${hook} ${index % 2 === 0 ? "late" : "at once"}`);
      const text = `Middleware "test": ${hook} threw. The run goes on.`;
      expect(logs).toContainEqual(["error", { err, hook, mw: "test" }, text]);
    }
  });
});

describe("instances", () => {
  test("are made anew for each call and each send, and know the client", async () => {
    const made: unknown[] = [];
    class Counting extends Middleware.BaseMiddleware {
      readonly id = "counting";
      constructor(args: ConstructorParameters<typeof Middleware.BaseMiddleware>[0]) {
        super(args);
        made.push(this.client);
      }
    }
    const { call, client } = middlewareApp({ middleware: [Counting] });
    expect(made).toEqual([]);
    await call();
    await call();
    await client.send({ name: "x" });
    expect(made).toEqual([client, client, client]);
  });

  test("are registered once for the client, and once for each function that lists them", () => {
    const seen: unknown[] = [];
    class Registered extends Middleware.BaseMiddleware {
      readonly id = "registered";
      static override onRegister({ client, fn }: Middleware.OnRegisterArgs): void {
        seen.push([client.id, fn?.id() ?? null]);
      }
    }
    middlewareApp({ middleware: [Registered], fnMiddleware: [Registered] });
    expect(seen).toEqual([
      ["app", null],
      ["app", "f"],
    ]);
  });
});
