/** The loggers that users make: what reaches what is behind them. */
import { expect, vi } from "vitest";
import type { Row } from "./row.ts";
import type { Any } from "./stage.ts";

const METHODS = ["error", "warn", "info", "debug"] as const;

/** What is printed meanwhile, in order. */
function printed(work: () => void): unknown[][] {
  const lines: unknown[][] = [];
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void lines.push([method, ...args]));
  }
  try {
    work();
  } finally {
    vi.restoreAllMocks();
  }
  return lines;
}

const says = (level: string | undefined, expected: readonly string[]): Row => ({
  name: `ConsoleLogger at ${level ?? "its default"} prints ${expected.join(", ") || "nothing"}`,
  async check({ sdk }) {
    const logger = new (sdk as Any).ConsoleLogger(level === undefined ? undefined : { level });
    const lines = printed(() => {
      for (const method of METHODS) logger[method](method);
    });
    expect(lines).toEqual(expected.map((method) => [method, method]));
  },
});

const error = new Error("boom");

const prints = (args: readonly unknown[], ...expected: unknown[][]): Row => ({
  name: `ConsoleLogger prints ${JSON.stringify(args)} in ${expected.length}`,
  async check({ sdk }) {
    const logger = new (sdk as Any).ConsoleLogger();
    expect(printed(() => logger.info(...args))).toEqual(expected.map((line) => ["info", ...line]));
  },
});

const swaps = (given: readonly unknown[], expected: readonly unknown[]): Row => ({
  name: `wrapStringFirstLogger makes ${JSON.stringify(expected)} of ${JSON.stringify(given)}`,
  async check({ sdk }) {
    const lines: unknown[][] = [];
    const log = (...args: unknown[]) => void lines.push(args);
    const logger = (sdk as Any).wrapStringFirstLogger({ debug: log, info: log, warn: log, error: log });
    for (const method of METHODS) logger[method](...given);
    expect(lines).toEqual(METHODS.map(() => expected));
  },
});

const behind = (lines: unknown[][]) => ({
  level: "own",
  ...Object.fromEntries(
    ["info", "warn", "error"].map((m) => [m, (...args: unknown[]) => void lines.push([m, ...args])]),
  ),
  trace: () => void lines.push(["trace"]),
});

export const loggerRows: readonly Row[] = [
  says(undefined, ["error", "warn", "info"]),
  says("silent", []),
  says("fatal", ["error"]),
  says("error", ["error"]),
  says("warn", ["error", "warn"]),
  says("info", ["error", "warn", "info"]),
  says("debug", ["error", "warn", "info", "debug"]),
  says("loud", ["error", "warn", "info"]),
  prints([{ a: 1 }, "text", 1, 2], ["text"], [{ a: 1 }], [1, 2]),
  prints([{ err: error, a: 1 }, "text"], ["text"], [error], [{ a: 1 }]),
  prints([{ err: error }, "text", 5], ["text"], [error], [5]),
  prints([{}, "text"], ["text"]),
  prints(["text", { a: 1 }], ["text", { a: 1 }]),
  prints([{ a: 1 }], [{ a: 1 }]),
  prints([[1], "text"], [[1], "text"]),
  prints([null, "text"], [null, "text"]),
  {
    name: "ConsoleLogger can be extended, and has no flush()",
    async check({ sdk }) {
      const { ConsoleLogger } = sdk as Any;
      class Loud extends ConsoleLogger {
        info(text: string): void {
          super["info"](text.toUpperCase());
        }
      }
      const logger = new Loud() as Any;
      expect(printed(() => logger.info("text"))).toEqual([["info", "TEXT"]]);
      expect(logger.flush).toBeUndefined();
    },
  },
  {
    name: "ProxyLogger: off at first, on and off again; what else there is passes, and a missing debug is no error",
    async check({ sdk }) {
      const lines: unknown[][] = [];
      const logger = new (sdk as Any).ProxyLogger(behind(lines));
      logger.info("before");
      logger.trace();
      logger.enable();
      logger.info("a", 1);
      logger.warn("b");
      logger.error("c");
      logger.debug("d");
      logger.disable();
      logger.error("after");
      expect(lines).toEqual([["trace"], ["info", "a", 1], ["warn", "b"], ["error", "c"]]);
      expect(logger.level).toBe("own");
    },
  },
  {
    name: "ProxyLogger: flush() is that of the logger behind it, and does nothing for a ConsoleLogger",
    async check({ sdk }) {
      let flushed = 0;
      const { ProxyLogger, ConsoleLogger } = sdk as Any;
      await new ProxyLogger({ ...behind([]), flush: async () => void flushed++ }).flush();
      await new ProxyLogger(new ConsoleLogger()).flush();
      expect(flushed).toBe(1);
    },
  },
  swaps([{ a: 1 }, "text", 1], ["text", { a: 1 }, 1]),
  swaps([error, "text"], ["text", error]),
  swaps(["text", { a: 1 }], ["text", { a: 1 }]),
  swaps(["text"], ["text"]),
  swaps([{ a: 1 }], [{ a: 1 }]),
  swaps([{ a: 1 }, 5], [{ a: 1 }, 5]),
  swaps([[1], "text"], [[1], "text"]),
  swaps([null, "text"], [null, "text"]),
];
