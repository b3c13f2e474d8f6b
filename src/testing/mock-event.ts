/** Events for functions under test. */
import { internalEvents, type ReceivedEvent } from "../protocol/event.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new id in the form of a ULID. */
export function createId(nowMs: number): string {
  let time = "";
  for (let rest = nowMs; time.length < 10; rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time;
  return time + Array.from({ length: 16 }, () => alphabet[Math.floor(Math.random() * 32)]).join("");
}

/**
 * The event that a function gets when a test says nothing of one: an invocation without data.
 * @param given what is to be different.
 * @example
 * ```ts
 * import { createMockEvent } from "stepwell/testing";
 *
 * export const event = createMockEvent({ name: "shop/order.created", data: { total: 12 } });
 * ```
 */
export function createMockEvent<TData = Record<string, never>>(
  given: { name?: string; data?: TData; id?: string; ts?: number; v?: string } = {},
): ReceivedEvent<string, TData> {
  const ts = Date.now();
  return { id: createId(ts), name: internalEvents.functionInvoked, data: {} as TData, ts, ...given };
}
