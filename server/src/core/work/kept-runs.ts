/**
 * Runs of the items that are worked on, as they were when they were read or written last: spares reading them again. Other engines
 * and other calls change runs too, so a decision that rests on a kept run carries its version, and the store refuses it when that
 * is old. A cache: to lose it costs time and nothing else.
 */
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { RunRecord } from "../../domain/run/run.ts";

export class KeptRuns {
  readonly #kept = new WeakMap<QueueItem, RunRecord>();

  /** Keeps the run of an item, unless a later version of it is kept. */
  keep(item: QueueItem, run: RunRecord): void {
    const kept = this.#kept.get(item);
    if (kept === undefined || kept.version <= run.version) this.#kept.set(item, run);
  }

  /** Null when none is kept. */
  kept(item: QueueItem): RunRecord | null {
    return this.#kept.get(item) ?? null;
  }
}
