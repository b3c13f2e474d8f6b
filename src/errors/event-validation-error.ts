/** The error for an event that does not fit its schema. Thrown by `send` and before handlers; never retried. */
import { NonRetriableError } from "./non-retriable-error.ts";

/**
 * An event's data does not fit the schema that was declared for it. The message holds what the schema said.
 * @example
 * ```ts
 * import { EventValidationError, Inngest, eventType } from "stepwell";
 * import { z } from "zod";
 *
 * const inngest = new Inngest({ id: "shop" });
 * const orderCreated = eventType("shop/order.created", { schema: z.object({ orderId: z.string() }) });
 * try {
 *   await inngest.send(orderCreated.create({ orderId: "o-1" }));
 * } catch (error) {
 *   if (error instanceof EventValidationError) console.error(error.message);
 * }
 * ```
 */
export class EventValidationError extends NonRetriableError {
  static override readonly "~kin": string = "EventValidationError";

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "EventValidationError";
  }
}
