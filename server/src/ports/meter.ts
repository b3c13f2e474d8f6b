/** The port through which stores and core tell what is to be counted. Implemented by the folder `metrics`. */
import type { Tally } from "../domain/metrics/tally.ts";

/** Hears what has happened, once it is on disk. Must not throw and must not block. */
export interface Meter {
  count(tallies: readonly Tally[]): void;
}

export const silentMeter: Meter = { count: () => undefined };
