/** Examples of version 3's middleware. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const middleware3Examples: Example[] = [
  {
    name: "dependencyInjectionMiddleware, as version 3 has it",
    styles: ["v3"],
    app({ sdk: { Inngest, dependencyInjectionMiddleware }, fn }) {
      const inngest = new Inngest({
        id: "injected3",
        middleware: [dependencyInjectionMiddleware({ prefix: "Hello, " })],
      });
      const greet = fn(
        inngest,
        { id: "greet" },
        { event: "injected3/greet" },
        ({ prefix, event }) => prefix + event.data.who,
      );
      return { client: inngest, functions: [greet] };
    },
    async check({ run }) {
      expect(await run("injected3/greet", { who: "Ada" })).toMatchObject({ output: "Hello, Ada" });
    },
  },
  {
    name: "an InngestMiddleware that adds to the context, changes steps and results, and watches",
    styles: ["v3"],
    app({ sdk: { Inngest, InngestMiddleware }, fn, note }) {
      const middleware = new InngestMiddleware({
        name: "watch",
        init: ({ client, fn }) => {
          note(`init ${(client as { id: string }).id} ${fn === undefined ? "client" : "function"}`);
          return {
            onFunctionRun({ fn, ctx }) {
              note(`onFunctionRun ${fn.id()} ${(ctx.event as { name: string }).name}`);
              return {
                transformInput: () => ({ ctx: { tenant: "t1" } }),
                beforeExecution: () => void note("beforeExecution"),
                transformOutput: ({ result, step }) => {
                  if (step === undefined) return { result: { data: { ...(result.data as object), added: true } } };
                  return { result: { data: `${result.data}!` } };
                },
                finished: ({ result }) => void note(`finished ${JSON.stringify(result.data)}`),
              };
            },
            onSendEvent: () => ({
              transformInput: ({ payloads }) => ({
                payloads: payloads.map((payload) => ({
                  ...payload,
                  data: { ...(payload.data as object), stamped: true },
                })),
              }),
            }),
          };
        },
      });
      const inngest = new Inngest({ id: "hooks3", middleware: [middleware] });
      const work = fn(inngest, { id: "work" }, { event: "hooks3/work" }, async ({ event, step, tenant }) => {
        const said = await step.run("say", () => "hello");
        return { said, tenant, stamped: event.data.stamped };
      });
      return { client: inngest, functions: [work] };
    },
    async check({ run, notes, count }) {
      expect(await run("hooks3/work")).toMatchObject({
        status: "Completed",
        output: { said: "hello!", tenant: "t1", stamped: true, added: true },
      });
      expect(count("init hooks3 client")).toBe(1);
      expect(count("onFunctionRun hooks3-work hooks3/work") + count("onFunctionRun work hooks3/work")).toBeGreaterThan(
        0,
      );
      expect(notes.filter((note) => note.startsWith("finished"))).toHaveLength(1);
    },
  },
];
