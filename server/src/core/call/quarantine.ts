/**
 * Quarantine: a queue item in whose call the app goes away three times in a row, with no other call under way there, is not tried
 * a fourth time. Asked by decide, which counts, and by call-app, for those whose last crash took the engine along.
 */
import type { SerializedError } from "stepwell/protocol";

/** Crashes in a row that an item may cause. */
export const crashesMax = 3;

/** What its run fails with. `last`: how the call ended; null when nobody saw it. */
export function quarantined(last: SerializedError | null): SerializedError {
  const how = last === null ? "the process that ran it went down" : last.message;
  return {
    name: "QuarantinedError",
    message: `The app went away in the middle of this call ${crashesMax} times in a row, with no other call under way and without an answer; it is not called again, so that the app can stay up. The last time: ${how} Mend the function, then retry the run from the dead letters.`,
  };
}
