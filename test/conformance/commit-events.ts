/**
 * Commits events E000000, E000001, … a few at a time, each with a run, and prints each internal id once it is
 * acknowledged. Runs until it is killed, in a process of its own.
 */
import type { Store } from "../../server/src/ports/store.ts";
import { makeEvent, makeStart, t0, write } from "./store-records.ts";

export async function commitEvents(store: Store): Promise<void> {
  for (let from = 0; ; from += 5) {
    const ids = Array.from({ length: 5 }, (_, index) => `E${String(from + index).padStart(6, "0")}`);
    await Promise.all(
      ids.map(async (id) => {
        const starts = [makeStart(`R-${id}`, { eventIds: [id] })];
        const claim = { now: t0, leaseUntil: t0 + 3_600_000, limit: 1 };
        const result = await store.commit(write({ events: [makeEvent(id)], starts }), claim);
        if (result.ok) process.stdout.write(`${id}\n`);
      }),
    );
  }
}
