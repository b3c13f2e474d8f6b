/** The error by which user code says when to try again. Thrown by users in handlers and steps. */
import { durationToMs, notNegative, type TimeString } from "../duration/index.ts";
import { isKin, StepwellError } from "./stepwell-error.ts";

/**
 * Fails this attempt; the next one comes no earlier than asked. It still counts against the retries.
 * @example
 * export const sync = inngest.createFunction({ id: "sync", triggers: { cron: "@hourly" } }, async ({ step }) =>
 *   step.run("fetch", async () => {
 *     const response = await globalThis.fetch("https://api.example.com/orders");
 *     if (response.status === 429) throw new RetryAfterError("The API is busy.", "5m");
 *     return response.text();
 *   }),
 * );
 */
export class RetryAfterError extends StepwellError {
  static override readonly "~kin": string = "RetryAfterError";
  /** Whole seconds, or an ISO date: the value of the `Retry-After` header. */
  readonly retryAfter: string;

  /**
   * @param retryAfter milliseconds, a time string such as `"5m"`, or the moment itself. What is over already is at once.
   * @throws {TypeError} when it is none of these.
   */
  constructor(message: string, retryAfter: number | TimeString | Date, options?: { cause?: unknown }) {
    super(message, { ...options, code: "retry_after", retryable: true });
    this.name = "RetryAfterError";
    this.retryAfter = toHeader(retryAfter);
  }
}

function toHeader(retryAfter: number | TimeString | Date): string {
  if (!(retryAfter instanceof Date)) return String(Math.ceil(durationToMs(notNegative(retryAfter)) / 1000));
  if (Number.isNaN(retryAfter.getTime())) {
    throw new TypeError(
      'RetryAfterError got an invalid Date: expected a valid Date, milliseconds or a text such as "5m".',
    );
  }
  return retryAfter.toISOString();
}

/** The `Retry-After` value of a {@link RetryAfterError} of any copy of an SDK; null for any other value. */
export function retryAfterOf(error: unknown): string | null {
  const retryAfter = isKin(error, "RetryAfterError") && (error as RetryAfterError).retryAfter;
  return typeof retryAfter === "string" ? retryAfter : null;
}
