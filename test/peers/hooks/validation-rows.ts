/** How the events that start a run are checked against the schemas of its function's triggers. */
import { expect } from "vitest";
import { z } from "zod";
import type { Row } from "./row.ts";
import type { Any, Stage } from "./stage.ts";

const text = z.object({ id: z.string() });

const answers = (name: string, triggers: (sdk: Any) => Any[], event: object | object[], status: number): Row => ({
  name: `${name}: ${status}`,
  async check({ app, sdk }: Stage) {
    const { call } = app({ fn: { triggers: triggers(sdk) } });
    expect((await call({ events: [event].flat() })).status).toBe(status);
  },
});

/** The data of all events, as middleware makes it. */
const becomes = (name: string, hook: string, data: object, status: number): Row => ({
  name: `${name}: ${status}`,
  async check({ app, sdk, withHooks }) {
    const Class = withHooks({
      transformFunctionInput: (args: Any) =>
        hook === "transform"
          ? { ...args, ctx: { ...args.ctx, events: args.ctx.events.map((event: object) => ({ ...event, data })) } }
          : args,
      wrapFunctionHandler: ({ next, ctx }: Any) => {
        if (hook === "wrap") ctx.events = ctx.events.map((event: object) => ({ ...event, data }));
        return next();
      },
    });
    const { call } = app({ middleware: [Class], fn: { triggers: one(sdk) } });
    expect((await call({ event: { data: { id: "id" in data && data.id === 5 ? "a" : 5 } } })).status).toBe(status);
  },
});

/** What `step.waitForEvent` gives, or the error's name and whose step it is. */
const waits = (name: string, saved: unknown, expected: unknown, oursOnly?: string): Row => ({
  name: `waitForEvent: ${name}`,
  ...(oursOnly === undefined ? {} : { oursOnly }),
  async check({ app, sdk }) {
    const event = (sdk as Any).eventType("x", { schema: text });
    const { call } = app({
      handler: ({ step }) =>
        step.waitForEvent("s", { event, timeout: "1h" }).catch((error: Any) => {
          expect(error).toBeInstanceOf((sdk as Any).StepError);
          return [error.name, error.message, error.stepId];
        }),
    });
    expect((await call({ steps: { s: saved } })).json).toEqual(expected);
  },
});

const invoked = (data: object): object => ({ name: "inngest/function.invoked", data });
const one = (sdk: Any): Any[] => [sdk.eventType("e", { schema: text })];
const either = (sdk: Any): Any[] => [...one(sdk), sdk.eventType("x", { schema: z.object({ n: z.number() }) })];

const declared = (sdk: Any): Any[] => [...one(sdk), sdk.invoke(z.object({ n: z.number() }))];
const twice = (sdk: Any): Any[] => [...one(sdk), sdk.eventType("e", { schema: z.object({ n: z.number() }) })];
const wildcard = (sdk: Any): Any[] => [sdk.eventType("e/*", { schema: text })];
const refused = ["EventValidationError", expect.stringMatching(/^id: /), "s"];

export const validationRows: readonly Row[] = [
  answers("data that fits", one, { data: { id: "a" } }, 200),
  answers("an invocation that fits no schema", either, invoked({ id: 5 }), 400),
  answers("an invocation that fits any schema", either, invoked({ n: 5 }), 200),
  answers("an invocation without triggers", () => [], invoked({ n: 5 }), 200),
  answers(
    "a cron beside a schema",
    (sdk) => [...one(sdk), { cron: "* * * * *" }],
    { name: "inngest/scheduled.timer", data: { cron: "* * * * *" } },
    200,
  ),
  answers(
    "an invocation beside a cron, that fits no schema",
    (sdk) => [...one(sdk), { cron: "* * * * *" }],
    invoked({ id: 5 }),
    400,
  ),
  answers(
    "an invocation beside a trigger without a schema, that fits none",
    (sdk) => [...one(sdk), { event: "y" }],
    invoked({ id: 5 }),
    400,
  ),
  answers("an invocation of a cron alone", () => [{ cron: "* * * * *" }], invoked({ id: 5 }), 200),
  answers("an invocation that fits an event's schema, and not that of invoke()", declared, invoked({ id: "a" }), 400),
  answers("an invocation that fits the schema of invoke()", declared, invoked({ n: 5 }), 200),
  answers("an event that fits the schema of invoke() alone", declared, { data: { n: 5 } }, 400),
  answers("a batch of events that all fit", one, [{ data: { id: "a" } }, { data: { id: "b" } }], 200),
  answers("a batch with one that does not fit", one, [{ data: { id: "a" } }, { data: { id: 5 } }], 400),
  answers("several triggers of a name, the first fits", twice, { data: { id: "a" } }, 200),
  answers("several triggers of a name, the second fits", twice, { data: { n: 5 } }, 200),
  answers("several triggers of a name, none fits", twice, { data: {} }, 400),
  answers(
    "a trigger of the same name without a schema says nothing",
    (sdk) => [...one(sdk), { event: "e" }],
    { data: {} },
    400,
  ),
  answers(
    "a trigger of another name without a schema",
    (sdk) => [...one(sdk), { event: "y" }],
    { name: "y", data: {} },
    200,
  ),
  answers("a wildcard, data that fits", wildcard, { name: "e/1", data: { id: "a" } }, 200),
  answers("a wildcard, data that does not fit", wildcard, { name: "e/1", data: { id: 5 } }, 400),
  answers("an event of no trigger's", one, { name: "other", data: { id: "a" } }, 400),
  {
    ...answers("an event of no trigger's, where no trigger has a schema", () => [{ event: "y" }], { name: "x" }, 200),
    oursOnly: "a run under way does not fail when its trigger gets another name",
  },
  becomes("transformFunctionInput mends the data", "transform", { id: "mended" }, 200),
  becomes("transformFunctionInput spoils the data", "transform", { id: 5 }, 400),
  becomes("wrapFunctionHandler mends the data", "wrap", { id: "mended" }, 200),
  becomes("wrapFunctionHandler spoils the data", "wrap", { id: 5 }, 400),
  {
    name: "wrapFunctionHandler may catch a failure",
    async check({ app, sdk, withHooks }) {
      const Class = withHooks({ wrapFunctionHandler: ({ next }: Any) => next().catch((error: Error) => error.name) });
      const { call } = app({ middleware: [Class], fn: { triggers: one(sdk) } });
      expect((await call({ event: { data: { id: 5 } } })).json).toBe("EventValidationError");
    },
  },
  {
    name: "onFailure is not checked",
    async check({ app, sdk }) {
      const fn = { triggers: one(sdk), onFailure: ({ error }: Any) => error.message };
      const data = {
        function_id: "app-f",
        run_id: "r",
        error: { name: "Error", message: "why" },
        event: { data: { id: 5 } },
      };
      const { json } = await app({ fn }).call({
        fnId: "app-f-failure",
        event: { name: "inngest/function.failed", data },
      });
      expect(json).toBe("why");
    },
  },
  waits("an event that fits", { name: "x", data: { id: "a" } }, { name: "x", data: { id: "a" } }),
  waits("null", null, null),
  waits("an event that does not fit", { name: "x", data: { id: 5 } }, refused),
  waits("one that is remembered as data", { type: "data", data: { name: "x", data: { id: 5 } } }, refused),
  waits("another event", { name: "y", data: { id: "a" } }, [
    "EventValidationError",
    "Event not found in triggers: y",
    "s",
  ]),
  waits(
    "one without a name, as tests give",
    { type: "data", data: { data: { id: "a" } } },
    { data: { id: "a" } },
    "the published one asks for the name",
  ),
  {
    name: "waitForEvent: nobody catches it, and the run fails for good",
    async check({ app, sdk }) {
      const event = (sdk as Any).eventType("x", { schema: text });
      const { call } = app({ handler: ({ step }) => step.waitForEvent("s", { event, timeout: "1h" }) });
      const { status, json, headers } = await call({ steps: { s: { name: "x", data: { id: 5 } } } });
      expect([status, json.name, headers.get("x-inngest-no-retry")]).toEqual([400, "EventValidationError", "true"]);
    },
  },
  {
    name: "waitForEvent: wrapStep sees the event, and what it makes of it is checked",
    oursOnly: "next() of the published one does not settle",
    async check({ app, sdk, withHooks }) {
      const event = (sdk as Any).eventType("x", { schema: text });
      const Class = withHooks({ wrapStep: async ({ next }: Any) => ({ ...(await next()), data: { id: "mended" } }) });
      const { call } = app({
        middleware: [Class],
        handler: ({ step }) => step.waitForEvent("s", { event, timeout: "1h" }),
      });
      const { json } = await call({ steps: { s: { name: "x", data: { id: 5 } } } });
      expect(json).toEqual({ name: "x", data: { id: "mended" } });
    },
  },
  {
    name: "a failure is logged, told to onRunError, and answered 400",
    async check({ app, sdk, withHooks }) {
      const errors: string[] = [];
      const Class = withHooks({ onRunError: ({ error }: Any) => void errors.push(error.name) });
      const { call, logs } = app({ middleware: [Class], fn: { triggers: one(sdk) } });
      expect((await call({ event: { data: { id: 5 } } })).status).toBe(400);
      expect(errors).toEqual(["EventValidationError"]);
      expect(logs).toMatchObject([["error", { err: { name: "EventValidationError" } }, expect.any(String)]]);
    },
  },
  {
    name: "what a schema makes of the data is not what the handler gets",
    async check({ app, sdk }) {
      const triggers = [(sdk as Any).eventType("e", { schema: z.object({ id: z.coerce.string() }) })];
      const { call } = app({ fn: { triggers }, handler: ({ event }) => event.data });
      expect((await call({ event: { data: { id: 5 } } })).json).toEqual({ id: 5 });
    },
  },
];
