/** The logger of clients that name none. Also made by users, to choose how much it says. */
import type { Logger } from "../function/index.ts";

/** How much a logger or a handler says, quietest first. */
export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug"] as const;

/** How much a logger or a handler says: `silent` says nothing, `debug` everything. Default of a logger: `info`. */
export type LogLevel = (typeof logLevels)[number];

/**
 * Writes lines of its level, and of more urgent ones, to the console.
 * @example
 * ```ts
 * import { ConsoleLogger, Inngest } from "stepwell";
 *
 * export const inngest = new Inngest({ id: "shop", logger: new ConsoleLogger({ level: "debug" }) });
 * ```
 */
export class ConsoleLogger implements Logger {
  readonly #level: LogLevel;

  /** `level` is `info` by default, and for an unknown one. */
  constructor({ level = "info" }: { level?: LogLevel } = {}) {
    this.#level = logLevels.includes(level) ? level : "info";
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

  /** Whether lines of a level are written. */
  isLevelEnabled(level: string): boolean {
    return says(this.#level, level === "error" ? "fatal" : (level as LogLevel));
  }

  /** Details that stand before a text come after it, one by one, so that the console shows errors with their stacks. */
  #write(method: keyof Logger, args: unknown[]): void {
    if (!this.isLevelEnabled(method)) return;
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
}

/** Whether a logger that is set to `setting` writes lines of `level`. */
export function says(setting: LogLevel, level: LogLevel): boolean {
  return logLevels.indexOf(setting) >= logLevels.indexOf(level);
}
