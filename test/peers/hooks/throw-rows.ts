/** What a hook that throws does to the run. */
import { expect } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

const no = () => {
  throw new Error("no");
};
const oneStep = ({ step }: Any): unknown => step.run("a", () => 1);

export const throwRows: readonly Row[] = [
  ...["onRunStart", "onMemoizationEnd", "onStepStart", "onStepComplete"].map(
    (hook): Row => ({
      name: `${hook}: is logged by the internal logger, and the others go on`,
      async check({ app, withHooks }) {
        let told = 0;
        const { call, logs } = app({
          middleware: [withHooks({ [hook]: no }, "first"), withHooks({ [hook]: () => void told++ })],
          handler: oneStep,
        });
        const { json } = await call();
        expect(json[0]).toMatchObject({ op: "StepRun", data: 1 });
        expect(told).toBe(1);
        expect(logs).toEqual([
          ["error", expect.objectContaining({ err: new Error("no"), hook, mw: "first" }), expect.any(String)],
        ]);
      },
    }),
  ),
  {
    name: "transformFunctionInput: 500, the handler is not run, and nobody is told",
    async check({ app, withHooks }) {
      const seen: string[] = [];
      const Class = withHooks({ transformFunctionInput: no, onRunError: () => void seen.push("onRunError") });
      const { call, logs } = app({ middleware: [Class], handler: () => void seen.push("handler") });
      const { status, headers } = await call();
      expect([status, headers.get("x-inngest-no-retry")]).toEqual([500, "false"]);
      expect([seen, logs]).toEqual([[], []]);
    },
  },
  {
    name: "transformFunctionInput: a NonRetriableError is answered 400",
    async check({ app, sdk, withHooks }) {
      const Class = withHooks({
        transformFunctionInput: () => {
          throw new sdk.NonRetriableError("no");
        },
      });
      expect((await app({ middleware: [Class] }).call()).status).toBe(400);
    },
  },
  {
    name: "transformFunctionInput that returns nothing is a TypeError",
    async check({ app, withHooks }) {
      const { status, json } = await app({ middleware: [withHooks({ transformFunctionInput() {} })] }).call();
      expect([status, json.name]).toEqual([500, "TypeError"]);
    },
  },
  ...["transformStepInput", "wrapStep"].flatMap((hook): Row[] => [
    {
      name: `${hook}: the step call rejects, which uncaught fails the run`,
      async check({ app, withHooks }) {
        const errors: unknown[] = [];
        let ran = 0;
        const Class = withHooks({
          [hook]: no,
          onRunError: ({ error, isFinalAttempt }: Any) => void errors.push([error.message, isFinalAttempt]),
        });
        const { call } = app({ middleware: [Class], handler: ({ step }) => step.run("a", () => ++ran) });
        expect((await call()).status).toBe(500);
        expect([errors, ran]).toEqual([[["no", false]], 0]);
      },
    },
    {
      name: `${hook}: caught, the function goes on without the step`,
      ...(hook === "wrapStep" ? { oursOnly: "the published one still plans the step whose call it rejected" } : {}),
      async check({ app, withHooks }) {
        const { call } = app({
          middleware: [withHooks({ [hook]: no })],
          handler: ({ step }) => step.run("a", () => 1).catch((error: Error) => `caught ${error.message}`),
        });
        expect((await call()).json).toBe("caught no");
      },
    },
  ]),
  {
    name: "wrapFunctionHandler: fails the run",
    async check({ app, withHooks }) {
      const errors: string[] = [];
      const Class = withHooks({
        wrapFunctionHandler: no,
        onRunError: ({ error }: Any) => void errors.push(error.message),
      });
      expect((await app({ middleware: [Class] }).call()).status).toBe(500);
      expect(errors).toEqual(["no"]);
    },
  },
  {
    name: "wrapStepHandler: fails the step; what it catches and replaces is a success",
    async check({ app, withHooks }) {
      const failing = app({ middleware: [withHooks({ wrapStepHandler: no })], handler: oneStep });
      expect((await failing.call()).json[0]).toMatchObject({ op: "StepError", error: { message: "no" } });
      const catching = app({
        middleware: [withHooks({ wrapStepHandler: ({ next }: Any) => next().catch(() => "saved") })],
        handler: ({ step }) => step.run("a", no),
      });
      expect((await catching.call()).json[0]).toMatchObject({ op: "StepRun", data: "saved" });
    },
  },
  {
    name: "wrapStepHandler: a step that it calls is nested, and rejects",
    oursOnly: "the published one warns and waits",
    async check({ app, withHooks }) {
      const Class = withHooks({ wrapStepHandler: ({ ctx }: Any) => ctx.step.run("inner", () => 1) });
      const { json } = await app({ middleware: [Class], handler: oneStep }).call();
      expect(json[0]).toMatchObject({
        op: "StepFailed",
        error: { name: "NonRetriableError", message: expect.stringContaining('inside step "a"') },
      });
    },
  },
  {
    name: "errors that hooks are told of are Errors; a step's uncaught one keeps its name and is final",
    async check({ app, withHooks }) {
      const seen: unknown[] = [];
      const note =
        (hook: string) =>
        ({ error, isFinalAttempt }: Any): void =>
          void seen.push([hook, error instanceof Error, error.name, error.message, isFinalAttempt]);
      const Class = withHooks({ onStepError: note("step"), onRunError: note("run") });
      const { call } = app({
        middleware: [Class],
        handler: ({ step, event }) => {
          if (event.data.run) return Promise.reject({ code: 5 });
          return step.run("a", () => Promise.reject("text"));
        },
      });
      await call();
      await call({ attempt: 3 });
      await call({ event: { data: { run: true } } });
      const error = { name: "OddError", message: "odd", stack: "", __serialized: true };
      await call({ steps: { a: { type: "error", error } } });
      expect(seen).toEqual([
        ["step", true, "Error", "text", false],
        ["step", true, "Error", "text", true],
        ["run", true, "Error", '{"code":5}', false],
        ["run", true, "OddError", "odd", true],
      ]);
    },
  },
];
