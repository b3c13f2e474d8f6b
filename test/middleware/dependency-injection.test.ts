import { describe, expect, test } from "vitest";
import { dependencyInjectionMiddleware } from "../../src/index.ts";
import { middlewareApp } from "./middleware-app.ts";

/** Keeps what it holds to itself: it could not be written as JSON. */
class Database {
  #asked = 0;

  query(): number {
    this.#asked += 1;
    return this.#asked;
  }
}

describe("dependencyInjectionMiddleware", () => {
  test("gives every call the same things, in handlers and in steps, and remembers none of them", async () => {
    const db = new Database();
    const { run } = middlewareApp({
      middleware: [dependencyInjectionMiddleware({ db, tenant: "acme" })],
      handler: async ({ db: given, tenant, step }) => {
        const first = await step.run("first", () => given.query());
        const second = await step.run("second", () => given.query());
        return [given === db, tenant, first, second];
      },
    });
    const { json, steps } = await run();
    expect(json).toEqual([true, "acme", 1, 2]);
    expect(steps).toEqual({ first: { type: "data", data: 1 }, second: { type: "data", data: 2 } });
  });

  test("gives them to failure handlers too", async () => {
    const { call } = middlewareApp({
      middleware: [dependencyInjectionMiddleware({ tenant: "acme" })],
      onFailure: ({ tenant, error }) => `${tenant}: ${error.message}`,
    });
    const failed = { function_id: "app-f", run_id: "r", error: { name: "Error", message: "no" }, event: { name: "e" } };
    const { json } = await call({ eventName: "inngest/function.failed", data: failed });
    expect(json).toBe("acme: no");
  });

  test("of several takes the last one's, and the function's own come after the client's", async () => {
    const { call } = middlewareApp({
      middleware: [dependencyInjectionMiddleware({ a: 1, b: 1 }), dependencyInjectionMiddleware({ b: 2, c: 2 })],
      fnMiddleware: [dependencyInjectionMiddleware({ c: 3 })],
      handler: ({ a, b, c }) => [a, b, c],
    });
    expect((await call()).json).toEqual([1, 2, 3]);
  });
});
