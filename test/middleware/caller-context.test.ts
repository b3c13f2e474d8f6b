/** In which asynchronous context hooks run, and what they set around user code. */
import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { Middleware } from "../../src/index.ts";
import { middlewareApp } from "./middleware-app.ts";

const user = new AsyncLocalStorage<string>();
const here = (): string | null => user.getStore() ?? null;

describe("asynchronous context", () => {
  const seen: [string, string | null][] = [];
  const see = (hook: string): void => void seen.push([hook, here()]);
  class Looking extends Middleware.BaseMiddleware {
    readonly id = "looking";
    override wrapStep({ next }: Middleware.WrapStepArgs): Promise<unknown> {
      see("wrapStep");
      return next();
    }
    override wrapStepHandler({ next }: Middleware.WrapStepHandlerArgs): Promise<unknown> {
      see("wrapStepHandler");
      return next();
    }
    override onStepStart(): void {
      see("onStepStart");
    }
    override onStepComplete(): void {
      see("onStepComplete");
    }
    override onRunComplete(): void {
      see("onRunComplete");
    }
  }
  const app = middlewareApp({
    middleware: [Looking],
    handler: async ({ step }) => {
      await user.run("alice", () => step.run("one", here));
      return user.run("bob", () => step.run("two", here));
    },
  });

  it("of hooks around a step is that of its call, whoever called steps before", async () => {
    seen.length = 0;
    const { json } = await app.call({ steps: { one: { data: 1 } } });
    expect(json).toMatchObject([{ op: "StepRun", data: "bob" }]);
    expect(seen).toEqual([
      ["wrapStep", "alice"],
      ["wrapStep", "bob"],
      ["onStepStart", "bob"],
      ["wrapStepHandler", "bob"],
      ["onStepComplete", "bob"],
    ]);
  });

  it("of hooks around the run is the request's", async () => {
    seen.length = 0;
    await user.run("request", () => app.call({ steps: { one: { data: 1 }, two: { data: 2 } } }));
    expect(seen.at(-1)).toEqual(["onRunComplete", "request"]);
  });

  it.each(["wrapFunctionHandler", "wrapStep", "wrapStepHandler"] as const)(
    "that %s sets around what it wraps is there in every step's function",
    async (hook) => {
      class Setting extends Middleware.BaseMiddleware {
        readonly id = "setting";
      }
      const wrap = ({ next }: { next: () => Promise<unknown> }): Promise<unknown> => user.run("set", next);
      Object.assign(Setting.prototype, { [hook]: wrap });
      const { call } = middlewareApp({
        middleware: [Setting],
        handler: async ({ step }) => {
          await step.run("one", here);
          return step.run("two", here);
        },
      });
      expect((await call()).json).toMatchObject([{ data: "set" }]);
      expect((await call({ steps: { one: { data: 1 } } })).json).toMatchObject([{ data: "set" }]);
    },
  );
});
