/** How the events that start a run are checked against the schemas of its function's triggers. */
import { expect } from "vitest";
import { z } from "zod";
import type { Row } from "./row.ts";
import type { Any, Stage } from "./stage.ts";

const text = z.object({ id: z.string() });

const answers = (name: string, triggers: (sdk: Any) => Any[], event: object, status: number): Row => ({
  name: `${name}: ${status}`,
  async check({ app, sdk }: Stage) {
    const { call } = app({ fn: { triggers: triggers(sdk) } });
    expect((await call({ event })).status).toBe(status);
  },
});

const invoked = (data: object): object => ({ name: "inngest/function.invoked", data });
const one = (sdk: Any): Any[] => [sdk.eventType("e", { schema: text })];
const either = (sdk: Any): Any[] => [...one(sdk), sdk.eventType("x", { schema: z.object({ n: z.number() }) })];

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
