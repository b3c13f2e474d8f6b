/** How a client is told from other values, whichever copy of an SDK made it. Used by the handler and by users. */
import { isBranded } from "../errors/index.ts";
import type { Inngest } from "./client.ts";

/**
 * Whether a value is a client of this or another copy of an SDK.
 * @example
 * const sender = (value: unknown) => (isInngest(value) ? value : null);
 */
export function isInngest(value: unknown): value is Inngest {
  return isBranded(value, "Inngest.App");
}
