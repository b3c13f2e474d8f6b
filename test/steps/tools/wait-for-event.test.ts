/** `step.waitForEvent` with a schema: an event that does not fit fails the step, wherever the schema comes from. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type AnyMiddleware,
  ConsoleLogger,
  EventSchemas,
  eventType,
  step as globalStep,
  Inngest,
  Middleware,
  StepError,
  validationMiddleware,
} from "../../../src/index.ts";
import { InngestTestEngine } from "../../../src/testing/index.ts";
import { middlewareApp } from "../../middleware/middleware-app.ts";

const schema = z.object({ id: z.string({ error: "an id is needed" }) });
const late = z.object({ id: z.unknown().refine(async (id) => typeof id === "string", "an id is needed") });
const typed = eventType("paid", { schema });
const schemas = new EventSchemas().fromSchema({ paid: schema });

class Around extends Middleware.BaseMiddleware {
  readonly id = "around";
  override wrapStep({ next }: Middleware.WrapStepArgs): Promise<unknown> {
    return next();
  }
}

interface Source {
  event: unknown;
  middleware?: readonly AnyMiddleware[];
  client?: Record<string, unknown>;
}

const sources: Record<string, Source> = {
  "an event type": { event: typed },
  "an event type whose schema takes its time": { event: eventType("paid", { schema: late }) },
  "an event type, with middleware around steps": { event: typed, middleware: [Around] },
  "the client's schemas": { event: "paid", middleware: [validationMiddleware()], client: { schemas } },
  "the client's schemas by zod": {
    event: "paid",
    middleware: [validationMiddleware()],
    client: { schemas: new EventSchemas().fromZod({ paid: { data: schema } }) },
  },
  "the middleware's own schemas": { event: "paid", middleware: [validationMiddleware({ schemas })] },
};

const paid = (id: unknown) => ({ name: "paid", data: { id }, id: "event-2", ts: 2 });
const timeout = "1h";

describe.each(Object.entries(sources))("with the schema of %s", (_, { event, ...more }) => {
  const app = (handler: (step: typeof globalStep) => unknown) =>
    middlewareApp({ ...more, handler: ({ step }) => handler(step) });
  const wait = (step: typeof globalStep) => step.waitForEvent("wait", { event, timeout } as never);
  const waiting = app(wait);

  test.each([
    ["as it is remembered", (value: unknown) => value],
    ["as data", (data: unknown) => ({ type: "data", data })],
  ])("an event that fits is given, and null too, %s", async (_how, saved) => {
    expect((await waiting.call({ steps: { wait: saved(paid("a")) } })).json).toEqual(paid("a"));
    expect((await waiting.call({ steps: { wait: saved(null) } })).json).toBeNull();
  });

  test("one that does not fit fails the run for good when nobody catches it", async () => {
    const { status, json, headers } = await waiting.call({ steps: { wait: paid(5) } });
    expect(status).toBe(400);
    expect(json).toMatchObject({ name: "EventValidationError", message: "id: an id is needed", stepId: "wait" });
    expect(headers).toMatchObject({ "x-inngest-no-retry": "true" });
  });

  test.each([false, true])(
    "it is a StepError in the call that goes on and in each replay, checkpoints: %s",
    async (checkpoints) => {
      let seen = 0;
      const { run } = app(async (step) => {
        const error = await wait(step).catch((thrown: unknown) => thrown);
        if (error instanceof StepError) seen++;
        const { name, stepId } = error as StepError;
        await step.run("after", () => 1);
        return [name, stepId];
      });
      const { json } = await run({ checkpoints, steps: { wait: paid(5) } });
      expect(json).toEqual(["EventValidationError", "wait"]);
      expect(seen).toBe(checkpoints ? 1 : 2);
    },
  );
});

test("nobody has to await an event that does not fit", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  const { call } = middlewareApp({
    handler: async ({ step }) => {
      const wait = step.waitForEvent("wait", { event: typed, timeout });
      const won = await Promise.any([step.run("other", () => 1), wait]);
      await step.run("after", () => 1);
      return won;
    },
  });
  const steps = { wait: paid(5), other: 1, after: 1 };
  expect((await call({ steps })).json).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 0));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("what middleware makes of an event is what is checked", async () => {
  class Opens extends Middleware.BaseMiddleware {
    readonly id = "opens";
    override async wrapStep({ next }: Middleware.WrapStepArgs): Promise<unknown> {
      return paid(((await next()) as { data: { sealed: string } }).data.sealed);
    }
  }
  const { call } = middlewareApp({
    middleware: [Opens],
    handler: ({ step }) => step.waitForEvent("wait", { event: typed, timeout }),
  });
  expect((await call({ steps: { wait: { name: "paid", data: { sealed: "a" } } } })).json).toEqual(paid("a"));
});

test("the exported `step` checks too, and the schema's own failure stays what it is", async () => {
  const broken = z.object({
    id: z.string().refine(() => {
      throw new RangeError("no database");
    }),
  });
  const { call } = middlewareApp({
    handler: () => globalStep.waitForEvent("wait", { event: eventType("paid", { schema: broken }), timeout }),
  });
  const { status, json } = await call({ steps: { wait: paid("a") } });
  expect([status, json.name, json.message]).toEqual([500, "RangeError", "no database"]);
});

test("in the test kit, what stands in for an event is checked, named or not", async () => {
  const client = new Inngest({ id: "shop", isDev: true, logger: new ConsoleLogger({ level: "silent" }) });
  const fn = client.createFunction({ id: "f", triggers: { event: "e" } }, async ({ step }) => {
    const event = await step.waitForEvent("wait", { event: typed, timeout });
    return event?.data.id ?? null;
  });
  const t = new InngestTestEngine({ function: fn });
  const result = async (event: unknown) => t.execute({ steps: [{ id: "wait", handler: () => event }] });
  expect((await result(paid("a"))).result).toBe("a");
  expect((await result({ data: { id: "b" } })).result).toBe("b");
  expect((await result(null)).result).toBeNull();
  expect((await result(paid(5))).error).toMatchObject({ name: "EventValidationError" });
});
