/** What middleware adds to handlers is in their types. */
import * as Sentry from "@sentry/core";
import { describe, expectTypeOf, test } from "vitest";
import {
  dependencyInjectionMiddleware,
  type GetFunctionOutput,
  Inngest,
  InngestMiddleware,
  Middleware,
} from "../../src/index.ts";
import { sentryMiddleware } from "../../src/middleware/built-in/sentry.ts";

type Box<T> = { box: T };

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

  test("says what it makes of outputs: the last of the list first, else what JSON leaves", () => {
    interface Boxed extends Middleware.StaticTransform {
      Out: Box<this["In"]>;
    }
    interface Listed extends Middleware.StaticTransform {
      Out: this["In"][];
    }
    class Boxes extends Middleware.BaseMiddleware {
      readonly id = "boxes";
      declare stepOutputTransform: Boxed;
      declare functionOutputTransform: Boxed;
    }
    class Lists extends Middleware.BaseMiddleware {
      readonly id = "lists";
      declare stepOutputTransform: Listed;
    }
    class Plain extends Middleware.BaseMiddleware {
      readonly id = "plain";
      declare stepOutputTransform: Middleware.DefaultStaticTransform;
    }
    const client = new Inngest({ id: "app", middleware: [Boxes, AddsUser] });
    const fn = client.createFunction(
      { id: "f", triggers: { event: "e" }, middleware: [Lists] },
      async ({ step, user }) => {
        expectTypeOf(await step.run("a", () => new Date())).toEqualTypeOf<{ box: Date[] }>();
        expectTypeOf(await step.ai.wrap("b", (x: number) => x, 1)).toEqualTypeOf<{ box: number[] }>();
        expectTypeOf(await step.sleep("c", "1h")).toEqualTypeOf<void>();
        expectTypeOf(step.shout).toEqualTypeOf<(text: string) => string>();
        expectTypeOf(user.name).toEqualTypeOf<string>();
        return new Date();
      },
    );
    expectTypeOf<GetFunctionOutput<typeof fn>>().toEqualTypeOf<{ box: Date }>();
    const plain = new Inngest({ id: "app", middleware: [Plain, AddsNothing] });
    plain.createFunction({ id: "g" }, { event: "e" }, async ({ step }) => {
      expectTypeOf(await step.run("a", () => new Date())).toEqualTypeOf<string>();
      expectTypeOf(await step.invoke("b", { function: fn })).toEqualTypeOf<{ box: Date }>();
    });
    new Inngest({ id: "app" }).createFunction({ id: "h" }, { event: "e" }, async ({ step }) => {
      expectTypeOf(await step.run("a", () => new Date())).toEqualTypeOf<string>();
    });
  });

  test("tells hooks of requests and errors by their types", () => {
    class Looks extends Middleware.BaseMiddleware {
      readonly id = "looks";
      override async wrapRequest(args: Middleware.WrapRequestArgs): Promise<Middleware.Response> {
        expectTypeOf(args.requestArgs).toEqualTypeOf<readonly unknown[]>();
        expectTypeOf(args.requestInfo.url).toEqualTypeOf<URL>();
        expectTypeOf(args.requestInfo.headers).toEqualTypeOf<Readonly<Record<string, string>>>();
        return args.next();
      }
      override onStepError({ error }: Middleware.OnStepErrorArgs): void {
        expectTypeOf(error).toEqualTypeOf<Error>();
      }
      override onRunError({ error }: Middleware.OnRunErrorArgs): void {
        expectTypeOf(error).toEqualTypeOf<Error>();
      }
    }
    expectTypeOf(Looks).toExtend<Middleware.Class>();
  });

  test("takes classes and v3 instances, nothing else", () => {
    // @ts-expect-error an instance is no class
    new Inngest({ id: "app", middleware: [{}] });
    // @ts-expect-error a class that is no middleware
    new Inngest({ id: "app", middleware: [class {}] });
  });
});
