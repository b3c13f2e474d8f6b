/** Examples of version 4's middleware. */
import type { Middleware as Hooks } from "stepwell";
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const middleware4Examples: Example[] = [
  {
    name: "dependencyInjectionMiddleware",
    styles: ["v4"],
    app({ sdk: { Inngest, dependencyInjectionMiddleware } }) {
      const db = { users: new Map([["u1", "Ada"]]) };
      const inngest = new Inngest({ id: "injected", middleware: [dependencyInjectionMiddleware({ db })] });
      const greet = inngest.createFunction(
        { id: "greet", triggers: { event: "injected/greet" } },
        ({ db, event, step }) => step.run("look up", () => `Hello, ${db.users.get(event.data.id)}`),
      );
      return { client: inngest, functions: [greet] };
    },
    async check({ run }) {
      expect(await run("injected/greet", { id: "u1" })).toMatchObject({ status: "Completed", output: "Hello, Ada" });
    },
  },
  {
    name: "a middleware class with every hook",
    styles: ["v4"],
    app({ sdk: { Inngest, Middleware }, note }) {
      class Watch extends Middleware.BaseMiddleware {
        readonly id = "watch";
        static override onRegister({ fn }: Hooks.OnRegisterArgs): void {
          note(`registered for ${fn === null ? "the client" : fn.id()}`);
        }
        override onRunStart(): void {
          note("run starts");
        }
        override onRunComplete({ output }: Hooks.OnRunCompleteArgs): void {
          note(`run ends with ${JSON.stringify(output)}`);
        }
        override onRunError({ error, isFinalAttempt }: Hooks.OnRunErrorArgs): void {
          note(`run fails: ${(error as Error).message}, final: ${isFinalAttempt}`);
        }
        override onStepStart({ stepInfo }: Hooks.OnStepStartArgs): void {
          note(`${stepInfo.options.id} starts`);
        }
        override onStepComplete({ stepInfo, output }: Hooks.OnStepCompleteArgs): void {
          note(`${stepInfo.options.id} ends with ${JSON.stringify(output)}`);
        }
        override onStepError({ stepInfo, error, isFinalAttempt }: Hooks.OnStepErrorArgs): void {
          note(`${stepInfo.options.id} fails: ${(error as Error).message}, final: ${isFinalAttempt}`);
        }
        override async wrapStepHandler({ next }: Hooks.WrapStepHandlerArgs): Promise<unknown> {
          return { wrapped: await next() };
        }
        override transformFunctionInput(args: Hooks.TransformFunctionInputArgs): Hooks.TransformFunctionInputArgs {
          return { ...args, ctx: { ...args.ctx, tenant: "t1" } as typeof args.ctx };
        }
        override transformSendEvent(args: Hooks.TransformSendEventArgs): Hooks.TransformSendEventArgs {
          return {
            ...args,
            events: args.events.map((event) => ({ ...event, data: { ...event.data, stamped: true } })),
          };
        }
      }
      const inngest = new Inngest({ id: "hooks", middleware: [Watch] });
      const work = inngest.createFunction(
        { id: "work", retries: 1, triggers: { event: "hooks/work" } },
        async (ctx) => {
          const { event, step } = ctx;
          const { tenant } = ctx as typeof ctx & { tenant: string };
          const a = await step.run("a", () => 1);
          try {
            await step.run("b", () => {
              throw new Error("b is bad");
            });
          } catch {
            // The function goes on without it.
          }
          if (event.data.fail) throw new Error("the end");
          return { a, tenant, stamped: event.data.stamped };
        },
      );
      return { client: inngest, functions: [work] };
    },
    async check({ run, notes }) {
      expect(notes.splice(0)).toEqual(["registered for the client"]);
      expect(await run("hooks/work")).toMatchObject({
        status: "Completed",
        output: { a: { wrapped: 1 }, tenant: "t1", stamped: true },
      });
      expect(notes.splice(0)).toEqual([
        "run starts",
        "a starts",
        'a ends with {"wrapped":1}',
        "b starts",
        "b fails: b is bad, final: false",
        "b starts",
        "b fails: b is bad, final: true",
        'run ends with {"a":{"wrapped":1},"tenant":"t1","stamped":true}',
      ]);
      expect(await run("hooks/work", { fail: true })).toMatchObject({ status: "Failed" });
      expect(notes.slice(-2)).toEqual(["run fails: the end, final: false", "run fails: the end, final: true"]);
    },
  },
  {
    name: "middleware of the client and of a function, in order, that changes steps",
    styles: ["v4"],
    app({ sdk: { Inngest, Middleware }, note }) {
      const named = (name: string) =>
        class extends Middleware.BaseMiddleware {
          readonly id = name;
          override async wrapFunctionHandler({ next }: Hooks.WrapFunctionHandlerArgs): Promise<unknown> {
            const output = await next();
            return `${name}(${output})`;
          }
          override async wrapStep({ next, stepInfo }: Hooks.WrapStepArgs): Promise<unknown> {
            note(`${name} ${stepInfo.stepType} memoized: ${stepInfo.memoized}`);
            return `${name}<${await next()}>`;
          }
          override transformStepInput(args: Hooks.TransformStepInputArgs): Hooks.TransformStepInputArgs {
            return { ...args, input: args.input.map((value) => `${name}[${value}]`) };
          }
        };
      const inngest = new Inngest({ id: "onion", middleware: [named("A"), named("B")] });
      const work = inngest.createFunction(
        { id: "work", middleware: [named("F")], triggers: { event: "onion/work" } },
        async ({ step }) => step.run("say", (text: string) => text, "x"),
      );
      return { client: inngest, functions: [work] };
    },
    async check({ run, column, notes }) {
      expect(await run("onion/work")).toMatchObject({ status: "Completed", output: "A(B(F(A<B<F<F[B[A[x]]]>>>)))" });
      const once = ["A", "B", "F"].map((name) => `${name} run memoized: `);
      const fresh = once.map((line) => `${line}false`);
      expect(notes).toEqual(column.isCheckpointing ? fresh : [...fresh, ...once.map((line) => `${line}true`)]);
    },
  },
];
