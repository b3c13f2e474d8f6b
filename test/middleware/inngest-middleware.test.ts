/** What v3 middleware can do; its order is in order-v3.test.ts. */
import { describe, expect, test } from "vitest";
import { InngestMiddleware, isInngestMiddleware, Middleware } from "../../src/index.ts";
import { middlewareApp, sha1 } from "./middleware-app.ts";

describe("InngestMiddleware", () => {
  test("adds to the context and lays data over what is remembered", async () => {
    const seen: unknown[] = [];
    const middleware = new InngestMiddleware({
      name: "adds",
      init: () => ({
        onFunctionRun: (args) => {
          seen.push(Object.keys(args.ctx), args.steps, args.fn.id(), args.reqArgs);
          return {
            transformInput: ({ ctx, steps }) => ({
              ctx: { db: `db of ${ctx.runId}` },
              steps: steps.map((step) => (step.error === undefined ? { data: `${step.data}!` } : {})),
            }),
          };
        },
      }),
    });
    const { call } = middlewareApp({
      middleware: [middleware],
      handler: async ({ db, step }) => [db, await step.run("s", () => 1), await step.run("t", () => 2).catch(String)],
    });
    const steps = { s: { type: "data", data: "s" }, t: { type: "error", error: { name: "Error", message: "no" } } };
    expect((await call({ steps })).json).toEqual(["db of run-1", "s!", "Error: no"]);
    expect(seen).toEqual([
      ["event", "events", "runId", "attempt", "maxAttempts"],
      [
        { id: sha1("s"), data: "s" },
        { id: sha1("t"), error: { name: "Error", message: "no" } },
      ],
      "f",
      [expect.objectContaining({ method: "POST" })],
    ]);
  });

  test("keeps inputs that replace a step's own", async () => {
    const { call } = middlewareApp({
      middleware: [
        new InngestMiddleware({ name: "sees", init: () => ({ onFunctionRun: () => ({ transformInput() {} }) }) }),
      ],
      handler: ({ step }) => step.run("s", (x: number) => x * 2, 1),
    });
    expect((await call({ steps: { s: { type: "input", input: [21] } } })).json[0].data).toBe(42);
  });

  test("changes outputs of steps and of the handler, and their errors", async () => {
    const seen: unknown[] = [];
    const middleware = new InngestMiddleware({
      name: "outputs",
      init: () => ({
        onFunctionRun: () => ({
          transformOutput: ({ result, step }) => {
            seen.push({ data: result.data, error: (result.error as Error | undefined)?.message, step });
            if (result.error !== undefined) return { result: { error: new TypeError("changed") } };
            return { result: { data: { wrapped: result.data } } };
          },
        }),
      }),
    });
    const { call } = middlewareApp({
      middleware: [middleware],
      handler: async ({ step, event }) => {
        if (event.data.fail) throw new Error("outer");
        return step.run({ id: "s", name: "S" }, () => {
          if (event.data.step) throw new Error("inner");
          return 1;
        });
      },
    });
    expect((await call()).json[0]).toMatchObject({ op: "StepRun", data: { wrapped: 1 } });
    expect((await call({ data: { step: true } })).json[0].error).toMatchObject({
      name: "TypeError",
      message: "changed",
    });
    expect((await call({ data: { fail: true } })).json).toMatchObject({ name: "TypeError", message: "changed" });
    expect((await call({ steps: { s: 5 } })).json).toEqual({ wrapped: 5 });
    const step = { id: sha1("s"), op: "StepRun", name: "s", displayName: "S", userland: { id: "s" } };
    expect(seen).toEqual([
      { data: 1, error: undefined, step },
      { data: undefined, error: "inner", step },
      { data: undefined, error: "outer", step: undefined },
      { data: 5, error: undefined, step: undefined },
    ]);
  });

  test("changes events on their way out, and ids on their way back", async () => {
    const middleware = new InngestMiddleware({
      name: "sends",
      init: () => ({
        onSendEvent: () => ({
          transformInput: ({ payloads }) => ({ payloads: payloads.map((event) => ({ ...event, v: "2" })) }),
          transformOutput: ({ result }) => ({ result: { ids: result.ids.map((id) => `${id}!`) } }),
        }),
      }),
    });
    const { client, sent } = middlewareApp({ middleware: [middleware] });
    expect(await client.send({ name: "x" })).toEqual({ ids: ["id-1!"] });
    expect(sent[0]?.body).toMatchObject([{ name: "x", v: "2" }]);
  });

  test("is set up once for the client and once for each function, with what it belongs to", async () => {
    const inits: unknown[] = [];
    const middleware = new InngestMiddleware({
      name: "init",
      init: async ({ client, fn }) => {
        inits.push([client.id, fn?.id() ?? null]);
        return {};
      },
    });
    const ofClient = middlewareApp({ middleware: [middleware] });
    await Promise.all([ofClient.call(), ofClient.call(), ofClient.client.send({ name: "x" })]);
    expect(inits).toEqual([["app", null]]);
    const ofFunction = middlewareApp({ fnMiddleware: [middleware] });
    await ofFunction.call();
    await ofFunction.call();
    await ofFunction.client.send({ name: "x" });
    expect(inits.slice(1)).toEqual([["app", "f"]]);
  });

  test("whose init fails fails the call, and is tried again", async () => {
    let tries = 0;
    const middleware = new InngestMiddleware({
      name: "late",
      init: async () => {
        if (++tries === 1) throw new Error("no database yet");
        return {};
      },
    });
    const { call } = middlewareApp({ middleware: [middleware] });
    const first = await call();
    expect([first.status, first.json.message]).toEqual([500, "no database yet"]);
    expect((await call()).json).toBe("done");
  });

  test("is finished with what the run ended with", async () => {
    const seen: unknown[] = [];
    const middleware = new InngestMiddleware({
      name: "finished",
      init: () => ({ onFunctionRun: () => ({ finished: ({ result }) => void seen.push(result) }) }),
    });
    const { run, call } = middlewareApp({
      middleware: [middleware],
      handler: async ({ step, event }) => {
        if (event.data.fail) throw new Error("no");
        return step.run("s", () => 1);
      },
    });
    await run();
    await call({ data: { fail: true } });
    expect(seen).toEqual([{ data: 1 }, { error: new Error("no") }]);
  });

  test.each([[{}], [{ name: "", init: () => ({}) }], [{ name: "x" }], [{ name: "x", init: {} }]])(
    "cannot be made of %j",
    (options) => {
      expect(() => new InngestMiddleware(options as never)).toThrow(
        /`name` is (undefined|""); allowed: a text|`init` is (undefined|an object); allowed: a function/,
      );
    },
  );

  test("carries the brand by which SDKs know middleware", () => {
    const middleware = new InngestMiddleware({ name: "x", init: () => ({}) });
    expect(Object.prototype.toString.call(middleware)).toBe("[object Inngest.Middleware]");
  });

  test.each([
    [new InngestMiddleware({ name: "x", init: () => ({}) }), true],
    [{ [Symbol.toStringTag]: "Inngest.Middleware" }, true],
    [Middleware.BaseMiddleware, false],
    [{ name: "x", init: () => ({}) }, false],
    [null, false],
    [undefined, false],
    ["Inngest.Middleware", false],
  ])("is known by its brand: %o", (value, expected) => {
    expect(isInngestMiddleware(value)).toBe(expected);
  });
});
