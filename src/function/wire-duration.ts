/** Lengths of time inside options, on their way to the engine. Used by the registration and the triggers. */
import { type DurationInput, toTimeString } from "../duration/index.ts";
import { parseTimeString } from "../protocol/time-string.ts";

/** What the protocol can read stays as it was written; the rest (`"2 hours"`, 5000, a Temporal.Duration) is put into its words. */
export function toWireDuration(input: DurationInput): string {
  return typeof input === "string" && parseTimeString(input) !== null ? input : toTimeString(input);
}
