/** A logger for libraries that want the message first. Made by users; not used by the SDK itself. */
import type { Logger } from "../function/index.ts";

/**
 * Wraps a logger that wants the message before its details, such as winston's, for code that says details first, as
 * pino wants them: `logger.info({ orderId }, "paid")` reaches it as `("paid", { orderId })`. All else is passed on as it is.
 * @example
 * ```ts
 * import { Inngest, wrapStringFirstLogger } from "stepwell";
 *
 * export const inngest = new Inngest({ id: "shop", logger: wrapStringFirstLogger(console) });
 * ```
 */
export function wrapStringFirstLogger(logger: Logger): Logger {
  return {
    debug: (...args) => logger.debug(...messageFirst(args)),
    info: (...args) => logger.info(...messageFirst(args)),
    warn: (...args) => logger.warn(...messageFirst(args)),
    error: (...args) => logger.error(...messageFirst(args)),
  };
}

function messageFirst(args: unknown[]): unknown[] {
  const [details, message, ...rest] = args;
  const isObject = typeof details === "object" && details !== null && !Array.isArray(details);
  return isObject && typeof message === "string" ? [message, details, ...rest] : args;
}
