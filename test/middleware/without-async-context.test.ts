/** Middleware in a runtime without AsyncLocalStorage, where nothing tells from which place a step is called. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Middleware } from "../../src/index.ts";
import { runStorage } from "../../src/steps/index.ts";
import { failedStep } from "../peers/hooks/stage.ts";
import { type AppInput, middlewareApp } from "./middleware-app.ts";

const KEY = Symbol.for("inngest:als");
const runtime = globalThis as unknown as Record<symbol, unknown>;
let before: unknown;

beforeAll(() => {
  before = runtime[KEY];
  runtime[KEY] = null;
});
afterAll(() => {
  if (before === undefined) delete runtime[KEY];
  else runtime[KEY] = before;
});

/** What these tests use of a run's steps. */
interface Steps {
  run(id: string, work: () => unknown): Promise<unknown>;
}

/** A middleware whose `wrapStep` makes a step of its own around every other: it notes which it wrapped. */
function surrounding(id: string, ran: string[], wrapped: string[]) {
  return class extends Middleware.BaseMiddleware {
    readonly id = id;
    override async wrapStep({ ctx, next, stepInfo }: Middleware.WrapStepArgs): Promise<unknown> {
      const { step } = ctx as unknown as { step: Steps };
      const name = stepInfo.options.id;
      wrapped.push(name);
      const note = (place: string) => step.run(`${id}-${place}-${name}`, () => void ran.push(`${id}-${place}-${name}`));
      await note("before");
      const result = await next();
      await note("after");
      return result;
    }
  };
}

const both = async ({ step }: { step: Steps }): Promise<unknown> => [
  await step.run("one", () => 1),
  await step.run("two", () => 2),
];

describe.each([
  ["without checkpoints", false],
  ["with checkpoints", true],
])("where there is no AsyncLocalStorage, %s", (_, checkpoints) => {
  const run = (input: AppInput) => middlewareApp(input).run({ checkpoints });

  it("a middleware does not wrap the steps that it makes itself", async () => {
    expect(runStorage()).toBeNull();
    const ran: string[] = [];
    const wrapped: string[] = [];
    const { json } = await run({ middleware: [surrounding("M", ran, wrapped)], handler: both });
    expect(json).toEqual([1, 2]);
    expect(ran).toEqual(["M-before-one", "M-after-one", "M-before-two", "M-after-two"]);
    expect(new Set(wrapped)).toEqual(new Set(["one", "two"]));
  });

  it("two of them end, and each step that is made runs once", async () => {
    const ran: string[] = [];
    const middleware = [surrounding("P", ran, []), surrounding("Q", ran, [])];
    const { json } = await run({ middleware, handler: both });
    expect(json).toEqual([1, 2]);
    expect(ran).toContain("P-before-one");
    expect(ran).toContain("Q-before-one");
    expect(ran).toEqual([...new Set(ran)]);
  });

  it("parallel steps and steps of the engine pass through it", async () => {
    const ran: string[] = [];
    const { json } = await run({
      middleware: [surrounding("M", ran, [])],
      handler: async ({ step }) => {
        const results = await Promise.all([step.run("one", () => 1), step.run("two", () => 2)]);
        await step.sleep("nap", "1s");
        return results;
      },
    });
    expect(json).toEqual([1, 2]);
    expect(ran).toEqual([...new Set(ran)]);
  });
});

it("a failed step that nobody awaits ends no process, and one that is awaited rejects", async () => {
  const { call } = middlewareApp({
    middleware: [surrounding("M", [], [])],
    handler: async ({ step }) => {
      void step.run("lost", () => 1);
      return step.run("bad", () => 1).catch((error: Error) => error.message);
    },
  });
  const done = { type: "data", data: null };
  const own = ["M-before-lost", "M-before-bad", "M-after-lost", "M-after-bad"].map((id) => [id, done] as const);
  const { json } = await call({
    steps: { ...Object.fromEntries(own), lost: failedStep("lost"), bad: failedStep("bad") },
  });
  expect(json).toBe("bad");
});
