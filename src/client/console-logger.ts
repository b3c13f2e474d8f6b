/** The logger of clients that name none. Also made by users, to choose how much it says. */
import type { Logger } from "../function/index.ts";

/** How much is said, quietest first. */
export type LogLevel = "silent" | "fatal" | "error" | "warn" | "info" | "debug";

const LEVELS: readonly LogLevel[] = ["silent", "fatal", "error", "warn", "info", "debug"];

/**
 * Writes to the console what its level lets through.
 * @throws {TypeError} when the level is none.
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

  /** @param options.level default: `info`. */
  constructor({ level = "info" }: { level?: LogLevel } = {}) {
    const rank = LEVELS.indexOf(level);
    if (rank < 0) throw new TypeError(`"${level}" is not a log level; allowed: ${LEVELS.join(", ")}.`);
    for (const method of ["debug", "info", "warn", "error"] as const) {
      // biome-ignore lint/suspicious/noConsole: the one place that writes there; the console is looked up late
      this[method as "info"] = (...args) => LEVELS.indexOf(method) <= rank && globalThis.console[method](...args);
    }
  }
}
