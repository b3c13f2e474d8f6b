/** What a `middleware` list may hold, and how an error names what it may not. */
import { expect, test } from "vitest";
import { Inngest, Middleware } from "../../src/index.ts";

test.each([
  ["a number", [5], "`middleware[0]` is 5;"],
  ["null", [Middleware.BaseMiddleware, null], "`middleware[1]` is null;"],
  ["another class", [class Other {}], '`middleware[0]` is the function "Other";'],
  ["a class that extends another", [class Other extends Map {}], '`middleware[0]` is the function "Other";'],
  [
    "another copy's, of version 3",
    [new (class InngestMiddleware {})()],
    "`middleware[0]` is an instance of InngestMiddleware;",
  ],
  ["a list that is none", Middleware.BaseMiddleware, '`middleware` is the function "BaseMiddleware";'],
  [
    "an instance",
    [
      new (class Test extends Middleware.BaseMiddleware {
        readonly id = "test";
      })({ client: {} as never }),
    ],
    "`middleware[0]` is an instance of Test;",
  ],
])("cannot be made of %s", (_, middleware, message) => {
  const allowed =
    "allowed: classes (not instances) that extend this package's Middleware.BaseMiddleware, or its new InngestMiddleware()";
  const make = () => new Inngest({ id: "shop", middleware: middleware as never });
  expect(make).toThrow(`new Inngest(): option ${message} ${allowed}`);
  const client = new Inngest({ id: "shop" });
  const define = () => client.createFunction({ id: "f", middleware: middleware as never }, { event: "e" }, () => {});
  expect(define).toThrow(`Function "f": option ${message} ${allowed}`);
});
