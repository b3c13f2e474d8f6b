/** The error by which user code says: do not try again. Thrown by users in handlers and steps. */
import { isKin, StepwellError } from "./stepwell-error.ts";

/**
 * Fails the step or function at once; no further attempts are made.
 * @example
 * export const charge = inngest.createFunction({ id: "charge", triggers: { event: "shop/order.created" } }, ({ event }) => {
 *   if (event.data.total < 0) throw new NonRetriableError("A total cannot be negative.");
 * });
 */
export class NonRetriableError extends StepwellError {
  static override readonly "~kin": string = "NonRetriableError";

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, { ...options, code: "non_retriable" });
    this.name = "NonRetriableError";
  }
}

/** Whether a thrown value is a {@link NonRetriableError}, a subclass of it, or one from another copy of an SDK. */
export function isNonRetriableError(error: unknown): boolean {
  return isKin(error, "NonRetriableError");
}
