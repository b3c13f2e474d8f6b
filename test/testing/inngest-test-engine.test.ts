/** `stepwell/testing` from a user's point of view. */
import {
  encryptionMiddleware,
  eventType,
  step as globalStep,
  Inngest,
  InngestMiddleware,
  Middleware,
  NonRetriableError,
} from "stepwell";
import {
  createMockEvent,
  InngestTestEngine,
  type InngestTestEngineOptions,
  InngestTestRun,
  mockCtx,
} from "stepwell/testing";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const network = vi.fn(() => Promise.reject(new Error("a test touched the network")));
const client = new Inngest({ id: "shop", isDev: true, logger: silent, fetch: network });
const triggers = { event: "shop/order.created" };

const order = client.createFunction({ id: "order", triggers }, async ({ event, step }) => {
  const price = await step.run("price", (quantity: number) => ({ total: quantity * 2 }), 4);
  const [a, b] = await Promise.all([step.run("a", () => "A"), step.run("b", () => "B")]);
  await step.sleep("nap", "3d");
  const again = await step.run("a", () => "again");
  return { name: event.name, price, a, b, again };
});

describe("execute", () => {
  it("runs a function to its end", async () => {
    const t = new InngestTestEngine({ function: order });
    const { result, error, state, ctx } = await t.execute();
    expect(error).toBeUndefined();
    expect(result).toEqual({ name: "inngest/function.invoked", price: { total: 8 }, a: "A", b: "B", again: "again" });
    expect(Object.keys(state)).toEqual(["price", "a", "b", "nap", "a:1"]);
    await expect(state["price"]).resolves.toEqual({ total: 8 });
    await expect(state["86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"]).resolves.toBe("A");
    expect(ctx.step.run).toHaveBeenCalledWith("price", expect.any(Function), 4);
    expect(ctx.step.run).toHaveBeenCalledTimes(4);
    expect(ctx.step.sleep).toHaveBeenCalledExactlyOnceWith("nap", "3d");
    expect(ctx.step.run).toHaveResolvedWith({ total: 8 });
    expect(ctx.step.waitForEvent).not.toHaveBeenCalled();
  });

  it("gives the events that it is told to", async () => {
    const fn = client.createFunction({ id: "f", triggers }, ({ event, events }) => ({ event, count: events.length }));
    const t = new InngestTestEngine({ function: fn, events: [{ name: "shop/order.created", data: { n: 1 } }] });
    expect((await t.execute()).result).toMatchObject({
      event: { name: "shop/order.created", data: { n: 1 }, id: expect.any(String), ts: expect.any(Number) },
      count: 1,
    });
    const two = [createMockEvent({ name: "x" }), createMockEvent({ name: "y" })];
    expect((await t.execute({ events: two })).result).toMatchObject({ event: two[0], count: 2 });
  });

  it("has steps replaced, once each, with the arguments that they were called with", async () => {
    const price = vi.fn((quantity: number) => ({ total: quantity }));
    const nap = vi.fn();
    const t = new InngestTestEngine({
      function: order,
      steps: [
        { id: "price", handler: price },
        { id: "nap", handler: nap },
        { id: "a:1", handler: () => "other" },
        { id: "e9d71f5ee7c92d6dc9e92ffdad17b8bd49418f98", idIsHashed: true, handler: () => "hashed b" },
      ],
    });
    expect((await t.execute()).result).toMatchObject({ price: { total: 4 }, a: "A", b: "hashed b", again: "other" });
    expect(price).toHaveBeenCalledExactlyOnceWith(4);
    expect(nap).toHaveBeenCalledExactlyOnceWith("3d");
  });

  it("has every kind of step replaced, with its arguments", async () => {
    const calls: unknown[][] = [];
    const answer = (id: string, value: unknown) => ({
      id,
      handler: (...args: unknown[]) => calls.push([id, ...args]) && value,
    });
    const model = { model: "m" };
    const fn = client.createFunction({ id: "all", triggers }, async ({ step }) => ({
      event: await step.waitForEvent("event", { event: "shop/paid", timeout: "1d", match: "data.id" }),
      none: await step.waitForEvent({ id: "none", name: "Nothing" }, { event: "shop/paid", timeout: "1d" }),
      signal: await step.waitForSignal("signal", { signal: "go", timeout: "1d" }),
      sent: await step.sendEvent("send", [{ name: "x" }, { name: "y" }]),
      signalled: await step.sendSignal("tell", { signal: "s", data: 1 }),
      invoked: await step.invoke("call", { function: order, data: { n: 1 } }),
      wrapped: await step.ai.wrap("wrap", async (text: string) => text, "hi"),
      until: await step.sleepUntil("until", new Date(0)),
      status: (await step.fetch("https://example.com/x", { method: "PUT" })).status,
      model: step.ai.models === undefined ? null : model,
    }));
    const t = new InngestTestEngine({
      function: fn,
      steps: [
        answer("event", { name: "shop/paid", data: { id: 7 } }),
        answer("none", null),
        answer("signal", { signal: "go", data: 1 }),
        answer("send", { ids: ["1", "2"] }),
        answer("tell", { runId: "r" }),
        answer("call", 42),
        answer("wrap", "bye"),
        answer("until", undefined),
        answer("step.fetch: example.com", { status_code: 204, headers: {}, body: "" }),
      ],
    });
    expect(await t.execute()).toMatchObject({
      result: {
        event: { name: "shop/paid", data: { id: 7 } },
        none: null,
        signal: { signal: "go", data: 1 },
        sent: { ids: ["1", "2"] },
        signalled: { runId: "r" },
        invoked: 42,
        wrapped: "bye",
        status: 204,
      },
    });
    expect(calls).toEqual([
      ["event", { event: "shop/paid", timeout: "1d", match: "data.id" }],
      ["none", { event: "shop/paid", timeout: "1d" }],
      ["signal", { signal: "go", timeout: "1d" }],
      ["send", [{ name: "x" }, { name: "y" }]],
      ["tell", { signal: "s", data: 1 }],
      ["call", { function: order, data: { n: 1 } }],
      ["wrap", "hi"],
      ["until", new Date(0)],
      ["step.fetch: example.com", expect.objectContaining({ url: "https://example.com/x", method: "PUT" })],
    ]);
  });

  it("touches no network: what is sent goes nowhere and has ids", async () => {
    const fn = client.createFunction({ id: "send", triggers }, async ({ step }) => {
      const direct = await client.send([{ name: "a" }, { name: "b" }]);
      const { ids } = await step.sendEvent("send", { name: "c" });
      const signal = await step.sendSignal("tell", { signal: "s" });
      return { direct: direct.ids.length, ids: ids.length, signal };
    });
    const t = new InngestTestEngine({ function: fn });
    const [one, two] = await Promise.all([t.execute(), t.execute()]);
    expect(one.result).toEqual({ direct: 2, ids: 1, signal: { runId: expect.any(String) } });
    expect(two.result).toMatchObject({ direct: 2 });
    expect(network).not.toHaveBeenCalled();
    network.mockResolvedValueOnce(Response.json({ ids: ["1"], status: 200 }) as never);
    await client.send({ name: "a" });
    expect(network).toHaveBeenCalledOnce();
  });

  it("answers nothing else that the client asks for", async () => {
    const fn = client.createFunction({ id: "f", triggers }, async () =>
      client.fetch("http://test-engine.invalid/v1/runs/1"),
    );
    expect((await new InngestTestEngine({ function: fn }).execute()).error).toMatchObject({
      message: expect.stringContaining("does not answer requests to /v1/runs/1"),
    });
  });

  it("hands on what the events' sessions share", async () => {
    const fn = client.createFunction({ id: "f", triggers }, ({ sessions }) => sessions);
    const events = [1, 2].map((n) => ({ name: "x", data: { n }, meta: { sessions: { chat: "c", n } } }));
    expect((await new InngestTestEngine({ function: fn, events }).execute()).result).toEqual({ chat: "c" });
  });

  it("says which step nothing answers", async () => {
    const fn = client.createFunction({ id: "wait", triggers }, ({ step }) =>
      step.waitForEvent("paid", { event: "shop/paid", timeout: "1d" }),
    );
    await expect(new InngestTestEngine({ function: fn }).execute()).rejects.toThrow(
      /^Step "paid" is a step\.waitForEvent, for which a test engine has no answer: add \{ id: "paid", handler/,
    );
  });

  it("gives what the function threw, and fails a step at its first try", async () => {
    const failure = new NonRetriableError("no");
    const fn = client.createFunction({ id: "bad", triggers }, () => {
      throw failure;
    });
    const { error, result } = await new InngestTestEngine({ function: fn }).execute();
    expect(error).toBe(failure);
    expect(result).toBeUndefined();
    const tries = vi.fn(() => {
      throw new TypeError("boom");
    });
    const caught = client.createFunction({ id: "caught", triggers, retries: 3 }, async ({ step }) =>
      step.run("x", tries).catch((thrown: Error) => `${thrown.name}: ${thrown.message}`),
    );
    const done = await new InngestTestEngine({ function: caught }).execute();
    expect(done.result).toBe("TypeError: boom");
    expect(tries).toHaveBeenCalledOnce();
    await expect(done.state["x"]).rejects.toMatchObject({ name: "TypeError", message: "boom", stepId: "x" });
    const mocked = new InngestTestEngine({
      function: client.createFunction({ id: "g", triggers }, async ({ step }) =>
        step.invoke("call", { function: order }).catch((thrown: Error) => thrown.message),
      ),
      steps: [{ id: "call", handler: () => Promise.reject(new Error("declined")) }],
    });
    expect((await mocked.execute()).result).toBe("declined");
  });

  it("validates events, and runs middleware of the client and the function", async () => {
    const created = eventType("shop/created", { schema: z.object({ n: z.number() }) });
    const seen: string[] = [];
    class Trace extends Middleware.BaseMiddleware {
      readonly id = "trace";
      override async wrapStepHandler({ next, stepInfo }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
        seen.push(stepInfo.options.id);
        return next();
      }
    }
    const old = new InngestMiddleware({
      name: "old",
      init: () => ({ onFunctionRun: () => ({ transformInput: () => ({ ctx: { extra: "more" } }) }) }),
    });
    const middleware = [encryptionMiddleware({ key: "a key that is long enough" }), Trace, old] as const;
    const own = new Inngest({ id: "own", isDev: true, logger: silent, fetch: network, middleware });
    const fn = own.createFunction({ id: "f", triggers: created }, async ({ event, step, extra }) => {
      const secret = await step.run("secret", () => "s");
      return { n: event.data.n, secret, extra };
    });
    const t = new InngestTestEngine({ function: fn, events: [created.create({ n: 1 })] });
    const done = await t.execute();
    expect(done).toMatchObject({ result: { n: 1, secret: "s", extra: "more" } });
    await expect(done.state["secret"]).resolves.toBe("s");
    expect((await t.execute({ steps: [{ id: "secret", handler: () => "mocked" }] })).result).toMatchObject({
      secret: "mocked",
    });
    expect((await t.executeStep("secret")).result).toBe("s");
    expect(seen).toEqual(["secret", "secret", "secret"]);
    const wrong = await t.execute({ events: [{ name: "shop/created", data: { n: "one" } }] });
    expect(wrong.error).toMatchObject({ name: "EventValidationError" });
  });

  it("changes the context, and spies on the exported step too", async () => {
    const fn = client.createFunction({ id: "f", triggers }, async ({ attempt }) => {
      await globalStep.run("x", () => 1);
      return attempt;
    });
    const transformCtx: NonNullable<InngestTestEngineOptions["transformCtx"]> = (ctx) =>
      mockCtx({ ...ctx, attempt: 3 });
    const { result, ctx } = await new InngestTestEngine({ function: fn, transformCtx }).execute();
    expect(result).toBe(3);
    expect(ctx.step.run).toHaveBeenCalledWith("x", expect.any(Function));
  });

  it("settles races by what ends first", async () => {
    const fn = client.createFunction({ id: "race", triggers }, ({ step }) =>
      Promise.race([
        step.run("slow", () => new Promise((resolve) => setTimeout(() => resolve("slow"), 20))),
        step.run("fast", () => "fast"),
      ]),
    );
    expect((await new InngestTestEngine({ function: fn }).execute()).result).toBe("fast");
  });

  it("gives the same result when each step is reported first", async () => {
    const t = new InngestTestEngine({ function: order, disableImmediateExecution: true });
    expect((await t.execute()).result).toMatchObject({ price: { total: 8 }, again: "again" });
  });

  it("refuses a function whose steps change between calls", async () => {
    let calls = 0;
    const fn = client.createFunction({ id: "odd", triggers }, async ({ step }) =>
      ++calls === 1 ? step.run("x", () => 1) : 2,
    );
    vi.useFakeTimers();
    const done = new InngestTestEngine({ function: fn }).execute().catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    expect(await done).toMatch(/called a step once and not again/);
  });
});

describe("executeStep", () => {
  it("runs to a step and no further", async () => {
    const t = new InngestTestEngine({ function: order });
    const { result, error, step, state } = await t.executeStep("b");
    expect({ result, error }).toEqual({ result: "B", error: undefined });
    expect(step).toMatchObject({ op: "StepRun", displayName: "b", data: "B" });
    expect(Object.keys(state)).toEqual(["price", "b"]);
    expect((await t.executeStep("a:1")).result).toBe("again");
    expect(await t.execute({ targetStepId: "price" })).toMatchObject({ result: { total: 8 } });
  });

  it("gives what the step threw", async () => {
    const failure = new TypeError("boom");
    const fn = client.createFunction({ id: "f", triggers }, ({ step }) => step.run("x", () => Promise.reject(failure)));
    const t = new InngestTestEngine({ function: fn });
    expect(await t.executeStep("x")).toMatchObject({ error: failure, result: undefined });
    expect((await t.execute({ targetStepId: "x" })).error).toBe(failure);
  });

  it("shows a step of the engine's as it would travel", async () => {
    const fn = client.createFunction({ id: "f", triggers }, ({ step }) => step.invoke("call", { function: order }));
    const t = new InngestTestEngine({ function: fn });
    expect(await t.executeStep("call")).toMatchObject({ result: undefined, step: { op: "InvokeFunction" } });
  });

  it("says what there was instead", async () => {
    await expect(new InngestTestEngine({ function: order }).executeStep("zzz")).rejects.toThrow(
      /^The run ended without step-ran with \{"step":\{"id":"[0-9a-f]+"\}\}\. What came: step-ran price, steps-found, step-ran a, step-ran b, /,
    );
  });
});

describe("InngestTestRun", () => {
  it("stops at what it is asked to wait for, and goes on", async () => {
    const run = new InngestTestRun({ testEngine: new InngestTestEngine({ function: order }) });
    const found = await run.waitFor("steps-found");
    expect(found.steps.map(({ displayName }) => displayName)).toEqual(["a", "b"]);
    expect(Object.keys(run.state)).toEqual(["price"]);
    expect((await run.waitFor("step-ran", { step: { displayName: "nap" } })).step.op).toBe("Sleep");
    expect((await run.waitFor("function-resolved", { data: { again: "again" } })).data).toMatchObject({ a: "A" });
    await expect(run.waitFor("function-rejected")).rejects.toThrow(
      /^The run ended without function-rejected\. What came: /,
    );
  });
});

describe("new InngestTestEngine refuses", () => {
  it.each<[object, RegExp]>([
    [{}, /function` is missing/],
    [{ function: () => 1 }, /function` is a function; allowed: a function that a client of `stepwell` made/],
    [{ function: order, events: [] }, /events` has 0 entries/],
    [{ function: order, events: [{}] }, /events\[0\]` is an object; allowed: an event with a `name`/],
    [{ function: order, steps: [{ id: "a" }] }, /steps\[0\]\.handler` is missing/],
    [{ function: order, steps: [{ id: "", handler: () => 1 }] }, /steps\[0\]\.id` is ""/],
    [{ function: order, targetStepId: "" }, /targetStepId` is ""/],
    [{ function: order, disableImmediateExecution: 1 }, /disableImmediateExecution` is 1/],
    [{ function: order, reqArgs: [1] }, /reqArgs` has 1 entries; allowed: at most 0/],
    [{ function: order, transformCtx: 1 }, /transformCtx` is 1/],
    [{ function: order, event: 1 }, /event` is not known/],
  ])("%j", (options, message) => {
    expect(() => new InngestTestEngine(options as InngestTestEngineOptions)).toThrow(message);
    expect(() =>
      new InngestTestEngine({ function: order }).clone({ ...options, function: undefined } as never),
    ).toThrow();
  });
});
