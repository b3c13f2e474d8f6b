/** Backoff of functions. It stands in the duration folder, where the step tools reach it too. */
export type { Backoff, Retries } from "../duration/backoff.ts";
export { backoffDelayMs } from "../duration/backoff.ts";
