/**
 * The debounces and batches of a working set. Made by working-set.ts; debounces.ts and batches.ts decide over it.
 */
import type { BatchEvent, BatchFields, Changes, NewBatch } from "../changes.ts";
import type { BatchRow, DebounceRow } from "../rows.ts";
import type { Source } from "../source.ts";
import { PutTable, type PutTerms, RowTable, type TableTerms } from "./row-table.ts";

const debounceTerms: PutTerms<string, DebounceRow> = {
  read: (source, key) => source.debounce({ key }),
  keyOf: ({ key }) => key,
};

const batchTerms: TableTerms<string, BatchRow, NewBatch> = {
  read: (source, id) => source.batch({ id }),
  keyOf: ({ id }) => id,
  headOf: ({ id, functionId, count, bytes }) => ({ id, functionId, count, bytes }),
};

export class GatheredSet {
  readonly #source: Source;
  readonly debounces: PutTable<string, DebounceRow>;
  readonly #batches: RowTable<string, BatchRow, NewBatch, BatchFields>;
  /** By key: the id of the batch that takes events; null for none. */
  readonly #open = new Map<string, string | null>();
  #events: BatchEvent[] = [];

  constructor(source: Source) {
    this.#source = source;
    this.debounces = new PutTable(source, debounceTerms);
    this.#batches = new RowTable(source, batchTerms);
  }

  batch(id: string): BatchRow | null {
    return this.#batches.get(id);
  }

  /** The one that takes events under this key; null for none. */
  openBatch(key: string): BatchRow | null {
    const id = this.#open.get(key);
    if (id !== undefined) return id === null ? null : this.#batches.get(id);
    const stored = this.#source.openBatch({ key });
    this.#open.set(key, stored?.id ?? null);
    return stored === null ? null : this.#batches.get(stored.id);
  }

  /** For a key that has no open one. */
  openNew(batch: NewBatch): void {
    this.#open.set(batch.key, batch.id);
    this.#batches.add({ ...batch });
  }

  addEvent(batch: BatchRow, event: BatchEvent, sizeBytes: number): void {
    const fields = { count: batch.count + 1, bytes: batch.bytes + sizeBytes };
    this.#batches.change(batch.id, fields, fields);
    this.#events.push(event);
  }

  /** It takes no more events from now on. */
  close(key: string, batchId: string): void {
    this.#open.set(key, null);
    this.#batches.change(batchId, { key: null }, {});
  }

  removeBatch(id: string): void {
    this.#batches.remove(id);
    this.#events = this.#events.filter(({ batchId }) => batchId !== id);
  }

  changes(): Pick<Changes, "debounces" | "batches" | "batchEvents"> {
    return { debounces: this.debounces.changes(), batches: this.#batches.changes(), batchEvents: this.#events };
  }
}
