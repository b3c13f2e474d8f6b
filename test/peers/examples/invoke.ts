/** Examples of functions that call functions. */
import { expect } from "vitest";
import type { Example } from "./example.ts";

export const invokeExamples: Example[] = [
  {
    name: "invoke: a function, its result, its error, and no answer in time",
    app({ sdk: { Inngest }, fn }) {
      const inngest = new Inngest({ id: "calculator" });
      const square = fn(inngest, { id: "square" }, { event: "calculator/square" }, async ({ event, step }) => {
        const value = await step.run("square", () => event.data.number ** 2);
        return { value, by: event.name };
      });
      const fails = fn(inngest, { id: "fails", retries: 0 }, { event: "calculator/fails" }, () => {
        throw new Error("division by zero");
      });
      const slow = fn(inngest, { id: "slow" }, { event: "calculator/slow" }, async ({ step }) => {
        await step.sleep("long", "2h");
      });
      const main = fn(inngest, { id: "main" }, { event: "calculator/main" }, async ({ step }) => {
        const squared = await step.invoke("square it", { function: square, data: { number: 4 } });
        const messages: string[] = [];
        for (const [id, target, timeout] of [
          ["fail", fails, "1h"],
          ["be slow", slow, "5m"],
        ] as const) {
          try {
            await step.invoke(id, { function: target, data: {}, timeout });
          } catch (error) {
            messages.push((error as Error).message);
          }
        }
        return { squared, messages };
      });
      return { client: inngest, functions: [main, square, fails, slow] };
    },
    async check({ run }) {
      const ended = await run("calculator/main");
      expect(ended).toMatchObject({
        status: "Completed",
        output: { squared: { value: 16, by: "inngest/function.invoked" } },
      });
      const { messages } = ended.output as { messages: string[] };
      expect(messages).toHaveLength(2);
      expect(messages[0]).toMatch(/division by zero/);
      expect(messages[1]).toMatch(/timed? ?out/i);
    },
  },
  {
    name: "invoke: referenceFunction, with and without an app id, in parallel",
    app({ sdk: { Inngest, referenceFunction }, fn }) {
      const inngest = new Inngest({ id: "references" });
      const double = fn(inngest, { id: "double" }, { event: "references/double" }, ({ event }) => event.data.n * 2);
      const main = fn(inngest, { id: "main" }, { event: "references/main" }, async ({ step }) =>
        Promise.all([
          step.invoke("same app", { function: referenceFunction({ functionId: "double" }), data: { n: 1 } }),
          step.invoke("named app", {
            function: referenceFunction({ functionId: "double", appId: "references" }),
            data: { n: 2 },
          }),
          step.run("beside them", () => 6),
        ]),
      );
      return { client: inngest, functions: [main, double] };
    },
    async check({ run }) {
      expect(await run("references/main")).toMatchObject({ status: "Completed", output: [2, 4, 6] });
    },
  },
  {
    name: "invoke: a function without triggers, that exists only to be invoked",
    styles: ["v4"],
    app({ sdk: { Inngest, staticSchema, invoke } }) {
      const inngest = new Inngest({ id: "library" });
      const greet = inngest.createFunction(
        { id: "greet", triggers: [invoke(staticSchema<{ name: string }>())] },
        ({ event }) => `Hello, ${event.data.name}`,
      );
      const bare = inngest.createFunction({ id: "bare" }, ({ event }) => event.data ?? null);
      const main = inngest.createFunction({ id: "main", triggers: { event: "library/main" } }, async ({ step }) => ({
        greeting: await step.invoke("greet", { function: greet, data: { name: "Ada" } }),
        bare: await step.invoke("bare", { function: bare }),
      }));
      return { client: inngest, functions: [main, greet, bare] };
    },
    async check({ run }) {
      const { status, output } = await run("library/main");
      expect({ status, output }).toMatchObject({ status: "Completed", output: { greeting: "Hello, Ada" } });
    },
  },
];
