/** The logger of clients that name none. Also made by users, to choose how much it says. */
import type { Logger } from "../function/index.ts";

/** How much is said, quietest first. */
export type LogLevel = "silent" | "fatal" | "error" | "warn" | "info" | "debug";

const METHODS = ["error", "warn", "info", "debug"] as const;
/** How many of the methods write. */
const RANKS: Readonly<Record<LogLevel, number>> = { silent: 0, fatal: 1, error: 1, warn: 2, info: 3, debug: 4 };

/**
 * Writes to the console what its level lets through.
 * @example
 * ```ts
 * import { ConsoleLogger, Inngest } from "stepwell";
 *
 * export const inngest = new Inngest({ id: "shop", logger: new ConsoleLogger({ level: "debug" }) });
 * ```
 */
export class ConsoleLogger implements Logger {
  declare debug: Logger["debug"];
  declare info: Logger["info"];
  declare warn: Logger["warn"];
  declare error: Logger["error"];

  /** @param options.level default: `info`, which also stands for an unknown one. */
  constructor({ level = "info" }: { level?: LogLevel } = {}) {
    const rank = RANKS[level] ?? RANKS.info;
    for (const [index, method] of METHODS.entries()) {
      this[method as "info"] = (...args) => index < rank && write(method, args);
    }
  }
}

/** Details that stand before a text come after it, one by one, so that the console shows errors with their stacks. */
function write(method: (typeof METHODS)[number], args: unknown[]): void {
  // The console is looked up late: tests and runtimes replace it.
  const { console } = globalThis;
  const [details, text, ...rest] = args;
  const isDetailed = typeof details === "object" && details !== null && typeof text === "string";
  if (!isDetailed || Array.isArray(details)) {
    console[method](...args);
    return;
  }
  console[method](text);
  if (details instanceof Error) console[method](details);
  const { err, ...others } = details as { err?: unknown };
  if (err !== undefined) console[method](err);
  if (Object.keys(others).length > 0) console[method](others);
  if (rest.length > 0) console[method](...rest);
}
