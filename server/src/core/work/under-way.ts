/** The items that this engine works on, and the way to end their calls. Filled by the lease loop. */
import type { QueueItem } from "../../domain/queue/queue-item.ts";

interface Entry {
  item: QueueItem;
  /** How many items before it had the same place, one handing over to the next. */
  inARow: number;
  abort: AbortController;
  done: Promise<void>;
}

export class UnderWay {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  items(): QueueItem[] {
    return [...this.#entries.values()].map(({ item }) => item);
  }

  /** Null for an item that is not worked on. */
  item(itemId: string): QueueItem | null {
    return this.#entries.get(itemId)?.item ?? null;
  }

  inARow(itemId: string): number {
    return this.#entries.get(itemId)?.inARow ?? 0;
  }

  /** Begins `work` on an item. `ended` is called when it is under way no more; `work` must not reject. */
  begin(item: QueueItem, inARow: number, work: (signal: AbortSignal) => Promise<void>, ended: () => void): void {
    const abort = new AbortController();
    const done = work(abort.signal).finally(() => {
      // It may have been leased anew meanwhile.
      if (this.#entries.get(item.id)?.item.fence === item.fence) this.#entries.delete(item.id);
      ended();
    });
    this.#entries.set(item.id, { item, inARow, abort, done });
  }

  abort(itemId: string): void {
    this.#entries.get(itemId)?.abort.abort();
  }

  /** Ends the calls of a run. */
  abortRun(runId: string): void {
    for (const { item, abort } of this.#entries.values()) if (item.runId === runId) abort.abort();
  }

  /** Resolves when nothing is under way any more. */
  async ended(): Promise<void> {
    while (this.#entries.size > 0) await Promise.all([...this.#entries.values()].map(({ done }) => done));
  }
}
