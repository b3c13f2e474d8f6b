/** What middleware adds to handlers is in their types. */
import * as Sentry from "@sentry/core";
import { describe, expectTypeOf, test } from "vitest";
import { dependencyInjectionMiddleware, Inngest, InngestMiddleware, Middleware } from "../../src/index.ts";
import { sentryMiddleware } from "../../src/middleware/built-in/sentry.ts";

const db = { query: (sql: string): number => sql.length };

class AddsUser extends Middleware.BaseMiddleware {
  readonly id = "adds-user";
  override transformFunctionInput(args: Middleware.TransformFunctionInputArgs) {
    return {
      ...args,
      ctx: { ...args.ctx, user: { name: "Ann" }, step: { ...args.ctx.step, shout: (text: string): string => text } },
    };
  }
}

class AddsNothing extends Middleware.BaseMiddleware {
  readonly id = "adds-nothing";
  override onRunStart({ ctx }: Middleware.OnRunStartArgs): void {
    expectTypeOf(ctx.runId).toEqualTypeOf<string>();
  }
}

const v3 = new InngestMiddleware({
  name: "v3",
  init: () => ({ onFunctionRun: () => ({ transformInput: () => ({ ctx: { cache: new Map<string, number>() } }) }) }),
});

describe("middleware", () => {
  test("of the client adds to every handler", () => {
    const middleware = [dependencyInjectionMiddleware({ db }), AddsUser, AddsNothing, v3] as const;
    const client = new Inngest({ id: "app", middleware });
    client.createFunction({ id: "f", triggers: { event: "e" } }, (context) => {
      expectTypeOf(context.db).toEqualTypeOf<typeof db>();
      expectTypeOf(context.user).toEqualTypeOf<{ name: string }>();
      expectTypeOf(context.cache).toEqualTypeOf<Map<string, number>>();
      expectTypeOf(context.step.shout).toEqualTypeOf<(text: string) => string>();
      expectTypeOf(context.step.run).toBeFunction();
      expectTypeOf(context.runId).toEqualTypeOf<string>();
      expectTypeOf(context).not.toHaveProperty("other");
    });
    client.createFunction(
      { id: "g", onFailure: ({ db: given }) => void given.query("") },
      { event: "e" },
      ({ user }) => {
        expectTypeOf(user.name).toEqualTypeOf<string>();
      },
    );
  });

  test("written into the options is inferred", () => {
    const client = new Inngest({ id: "app", middleware: [dependencyInjectionMiddleware({ db }), AddsUser] });
    client.createFunction({ id: "f" }, { event: "e" }, ({ db: given, user }) => {
      expectTypeOf(given.query("")).toEqualTypeOf<number>();
      expectTypeOf(user.name).toEqualTypeOf<string>();
    });
  });

  test("of a function adds to its handler alone", () => {
    const client = new Inngest({ id: "app" });
    client.createFunction({ id: "f", middleware: [AddsUser] }, { event: "e" }, ({ user }) => {
      expectTypeOf(user.name).toEqualTypeOf<string>();
    });
    client.createFunction({ id: "g" }, { event: "e" }, (context) => {
      expectTypeOf(context).not.toHaveProperty("user");
    });
  });

  test("of Sentry adds its scope, and takes a Sentry SDK", () => {
    const client = new Inngest({ id: "app", middleware: [sentryMiddleware({ sentry: Sentry })] });
    client.createFunction({ id: "f" }, { event: "e" }, ({ sentry }) => {
      expectTypeOf(sentry.setTags).toBeFunction();
    });
  });

  test("takes classes and v3 instances, nothing else", () => {
    // @ts-expect-error an instance is no class
    new Inngest({ id: "app", middleware: [{}] });
    // @ts-expect-error a class that is no middleware
    new Inngest({ id: "app", middleware: [class {}] });
  });
});
