/** A logger that can be turned off. Made by users; `ctx.logger` is one like it (middleware/built-in/run-logger). */
import type { Logger } from "../function/index.ts";

/**
 * Passes on what is logged while it is enabled, and drops the rest. Disabled at first.
 * @example
 * ```ts
 * import { ConsoleLogger, ProxyLogger } from "stepwell";
 *
 * const logger = new ProxyLogger(new ConsoleLogger());
 * logger.info("dropped");
 * logger.enable();
 * logger.info("written");
 * ```
 */
export class ProxyLogger implements Logger {
  readonly #logger: Logger;
  #enabled = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    // What else the logger has is there as well, enabled or not.
    // biome-ignore lint/correctness/noConstructorReturn: users make these with new, and a class cannot have unknown members
    return new Proxy(this, {
      get(target, key) {
        if (key in target) {
          const own: unknown = Reflect.get(target, key, target);
          return typeof own === "function" ? own.bind(target) : own;
        }
        const value: unknown = Reflect.get(logger, key, logger);
        return typeof value === "function" ? value.bind(logger) : value;
      },
    });
  }

  debug(...args: unknown[]): void {
    // Some loggers have none.
    if (this.#enabled) (this.#logger as Partial<Logger>).debug?.(...args);
  }

  info(...args: unknown[]): void {
    if (this.#enabled) this.#logger.info(...args);
  }

  warn(...args: unknown[]): void {
    if (this.#enabled) this.#logger.warn(...args);
  }

  error(...args: unknown[]): void {
    if (this.#enabled) this.#logger.error(...args);
  }

  enable(): void {
    this.#enabled = true;
  }

  disable(): void {
    this.#enabled = false;
  }

  /** Waits until the logger behind it has written everything, if it says when. */
  async flush(): Promise<void> {
    const { flush } = this.#logger as { flush?: unknown };
    if (typeof flush === "function") await flush.call(this.#logger);
  }
}
