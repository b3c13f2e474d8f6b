/** A schema that is only a type. Used by users with `eventType` and `invoke`. */
import type { StandardSchemaV1 } from "./standard-schema.ts";

/**
 * Declares the type of an event's data without checking anything at run time.
 * @example
 * ```ts
 * import { eventType, staticSchema } from "stepwell";
 *
 * const orderCreated = eventType("shop/order.created", { schema: staticSchema<{ orderId: string }>() });
 * ```
 */
export function staticSchema<TData extends Record<string, unknown>>(): StandardSchemaV1<TData> {
  return { "~standard": { version: 1, vendor: "stepwell", validate: (value) => ({ value: value as TData }) } };
}
