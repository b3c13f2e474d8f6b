/**
 * Reads that are asked for at the same moment go to the database together: a node that leases many items at once needs their runs
 * at once. For the files that read what every call needs. Must never answer with what was read before it was asked for.
 */
import { classify } from "./wire/postgres-error.ts";

/** Of one trip; the others wait for the next one. */
const mostTogether = 128;
/** Trips under way at once. What is asked for meanwhile gathers. */
const mostTrips = 3;

interface Asked<Key, Found> {
  key: Key;
  resolve(found: Found): void;
  reject(error: unknown): void;
}

/** @param read for each key what it comes to, in their order */
export function gatherReads<Key, Found>(
  read: (keys: readonly Key[]) => Promise<readonly Found[]>,
): (key: Key) => Promise<Found> {
  let waiting: Asked<Key, Found>[] = [];
  let trips = 0;
  let scheduled = false;

  const settle = async (together: readonly Asked<Key, Found>[]): Promise<void> => {
    try {
      const found = await read(together.map(({ key }) => key));
      // One for each key.
      for (const [index, { resolve }] of together.entries()) resolve(found[index] as Found);
    } catch (error) {
      // One that cannot be read does not keep its neighbours from being read.
      if (together.length > 1 && classify(error) === "refused") for (const one of together) await settle([one]);
      else for (const { reject } of together) reject(error);
    }
  };
  const start = (): void => {
    scheduled = false;
    while (waiting.length > 0 && trips < mostTrips) {
      const together = waiting.slice(0, mostTogether);
      waiting = waiting.slice(mostTogether);
      trips += 1;
      void settle(together).finally(() => {
        trips -= 1;
        start();
      });
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (scheduled) return;
      scheduled = true;
      setImmediate(start);
    });
}
