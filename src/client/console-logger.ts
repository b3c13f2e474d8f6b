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
  readonly #rank: number;

  /** @param options.level default: `info`. */
  constructor({ level = "info" }: { level?: LogLevel } = {}) {
    this.#rank = LEVELS.indexOf(level);
    if (this.#rank < 0) throw new TypeError(`"${level}" is not a log level; allowed: ${LEVELS.join(", ")}.`);
  }

  debug(...args: unknown[]): void {
    this.#write("debug", args);
  }

  info(...args: unknown[]): void {
    this.#write("info", args);
  }

  warn(...args: unknown[]): void {
    this.#write("warn", args);
  }

  error(...args: unknown[]): void {
    this.#write("error", args);
  }

  #write(level: keyof Logger, args: unknown[]): void {
    // biome-ignore lint/suspicious/noConsole: the one place that writes there
    if (LEVELS.indexOf(level) <= this.#rank) globalThis.console[level](...args);
  }
}
