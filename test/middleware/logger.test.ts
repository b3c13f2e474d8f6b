import { describe, expect, test, vi } from "vitest";
import { middlewareApp, sha1 } from "./middleware-app.ts";

/** A logger that has children, as pino's and winston's do. Keeps its state in private fields, as a class may. */
class ParentLogger {
  readonly lines: { fields: object; level: string; args: unknown[] }[];
  readonly #fields: object;

  constructor(lines: ParentLogger["lines"] = [], fields: object = {}) {
    this.lines = lines;
    this.#fields = fields;
  }
  child(fields: object): ParentLogger {
    return new ParentLogger(this.lines, { ...this.#fields, ...fields });
  }
  #write(level: string, args: unknown[]): void {
    this.lines.push({ fields: this.#fields, level, args });
  }
  debug = (...args: unknown[]): void => this.#write("debug", args);
  info(...args: unknown[]): void {
    this.#write("info", args);
  }
  warn(...args: unknown[]): void {
    this.#write("warn", args);
  }
  error(...args: unknown[]): void {
    this.#write("error", args);
  }
  fatal(...args: unknown[]): void {
    this.#write("fatal", args);
  }
  isLevelEnabled(level: string): boolean {
    return level === "info";
  }
}

const fields = { runID: "run-1", eventName: "e" };

describe("ctx.logger", () => {
  test("is a child that carries the run, and writes each line once in a whole run", async () => {
    const logger = new ParentLogger();
    const { run } = middlewareApp({
      client: { logger },
      handler: async ({ step, logger: log }) => {
        log.info("begin");
        const a = await step.run("a", () => {
          log.debug("in a");
          return 1;
        });
        log.warn("between", a);
        await step.sleep("z", "1s");
        log.error("after sleep");
        await step.run("b", () => 2);
        log.fatal("end");
        return "done";
      },
    });
    await run();
    expect(logger.lines).toEqual([
      { fields, level: "info", args: ["begin"] },
      { fields, level: "debug", args: ["in a"] },
      { fields, level: "warn", args: ["between", 1] },
      { fields, level: "error", args: ["after sleep"] },
      { fields, level: "fatal", args: ["end"] },
    ]);
  });

  test("writes each line once among parallel steps", async () => {
    const { call, logs } = middlewareApp({
      handler: async ({ step, logger: log }) => {
        const one = async (id: string) => {
          await step.run(id, () => log.info(`in ${id}`));
          log.info(`after ${id}`);
        };
        log.info("begin");
        await Promise.all([one("a"), one("b"), one("c")]);
        log.info("end");
      },
    });
    // An engine runs the planned steps one by one, and asks what comes next after each.
    const steps: Record<string, unknown> = {};
    await call({ steps });
    for (const id of ["a", "b", "c"]) {
      await call({ steps, stepId: sha1(id), disableImmediateExecution: true });
      steps[id] = { type: "data", data: null };
      await call({ steps, disableImmediateExecution: true });
    }
    const texts = logs.map(([, text]) => text);
    expect(texts).toEqual(["begin", "in a", "after a", "in b", "after b", "in c", "after c", "end"]);
  });

  test("writes the same lines in a call that checkpoints", async () => {
    const { run, logs } = middlewareApp({
      handler: async ({ step, logger: log }) => {
        log.info("begin");
        await step.run("a", () => log.info("in a"));
        log.info("after a");
        await step.run("b", () => 2);
        log.info("end");
      },
    });
    await run({ checkpoints: true });
    expect(logs.map(([, text]) => text)).toEqual(["begin", "in a", "after a", "end"]);
  });

  test("writes what a handler logs before it fails, on each attempt that does something new", async () => {
    const { call, logs } = middlewareApp({
      handler: async ({ step, logger: log }) => {
        await step.run("a", () => 1);
        log.info("about to fail");
        throw new Error("no");
      },
    });
    await call({ steps: { a: 1 } });
    await call({ steps: { a: 1 }, attempt: 1 });
    const failed = ["error", { err: new Error("no") }, "The function failed."];
    expect(logs).toEqual([["info", "about to fail"], failed, ["info", "about to fail"], failed]);
  });

  test("keeps what else the logger can do, with its own `this`", async () => {
    const logger = new ParentLogger();
    const { call } = middlewareApp({
      client: { logger },
      handler: ({ logger: log }) => {
        const own = log.child({ mine: 1 });
        own.info("hello");
        return [log.isLevelEnabled("info"), own.isLevelEnabled("debug"), log.lines.length];
      },
    });
    expect((await call()).json).toEqual([true, false, 1]);
    expect(logger.lines).toEqual([{ fields: { ...fields, mine: 1 }, level: "info", args: ["hello"] }]);
  });

  test("stands in when child() throws", async () => {
    const { call, logs } = middlewareApp({
      client: {
        logger: {
          child() {
            throw new Error("no children");
          },
          debug() {},
          info: (...args: unknown[]) => logs.push(["info", ...args]),
          warn() {},
          error: (...args: unknown[]) => logs.push(["error", ...args]),
        },
      },
      handler: ({ logger: log }) => log.info("hello"),
    });
    expect((await call()).status).toBe(200);
    expect(logs).toEqual([
      ["error", { err: new Error("no children") }, "The logger's child() threw."],
      ["info", "hello"],
    ]);
  });

  test("never waits for a logger that writes slowly", async () => {
    const logger = { debug() {}, info: () => new Promise(() => {}), warn() {}, error() {} };
    const { call } = middlewareApp({
      client: { logger },
      handler: async ({ step, logger: log }) => {
        await step.run("a", () => void log.info("hello"));
        return "done";
      },
    });
    expect((await call({ steps: { a: null } })).json).toBe("done");
    expect((await call()).json).toMatchObject([{ op: "StepRun" }]);
  });

  test("is flushed once a call, before the answer goes out", async () => {
    const order: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error() {}, flush: vi.fn() };
    logger.flush.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      order.push("flushed");
    });
    const { call } = middlewareApp({ client: { logger }, handler: ({ step }) => step.run("a", () => 1) });
    await call({ checkpoints: true });
    order.push("answered");
    await call();
    logger.flush.mockImplementation(() => Promise.reject(new Error("no")));
    expect((await call()).status).toBe(206);
    expect(order).toEqual(["flushed", "answered", "flushed"]);
    expect(logger.flush).toHaveBeenCalledTimes(3);
  });
});
