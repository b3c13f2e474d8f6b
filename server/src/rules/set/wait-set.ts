/**
 * The waits of a working set. Made by working-set.ts; waits.ts decides over them.
 */
import { createHash } from "node:crypto";
import type { WaitRecord } from "../../domain/run/wait.ts";
import type { NewWait, TableChanges } from "../changes.ts";
import type { WaitCounter, WaitRow } from "../rows.ts";
import type { Source } from "../source.ts";
import { RowTable, type TableTerms } from "./row-table.ts";

/** Longer values are looked up by their hash. Canonical JSON never begins with `#`. */
const maxValueLength = 200;

/** What a wait compares, as it is stored. */
export function storedValue(value: string): string {
  return value.length <= maxValueLength ? value : `#${createHash("sha1").update(value).digest("hex")}`;
}

const waitTerms: TableTerms<string, WaitRow, NewWait> = {
  read: (source, id) => source.wait({ id }),
  keyOf: ({ id }) => id,
  headOf: ({ id, runId, functionId, stepId }) => ({ id, runId, functionId, stepId }),
};

export class WaitSet {
  readonly #source: Source;
  readonly #rows: RowTable<string, WaitRow, NewWait, { name: "" }>;
  #counters: Map<string, number> | null = null;
  /** Those whose signal another run has taken over. */
  #lost: Set<string> | null = null;

  constructor(source: Source) {
    this.#source = source;
    this.#rows = new RowTable(source, waitTerms);
  }

  get(id: string): WaitRow | null {
    return this.#rows.get(id);
  }

  /** For an id that is not there. */
  add(wait: WaitRecord): void {
    const { counter } = this.#source.waitCounter(wait);
    const number = this.lastNumber(wait) + 1;
    this.#counters ??= new Map();
    this.#counters.set(counter, number);
    this.#rows.add({ ...wait, value: storedValue(wait.value), number });
  }

  /** Whether it is there or not. */
  remove(id: string): void {
    this.#rows.remove(id);
  }

  /** The number that the last wait of this kind and name got. */
  lastNumber(key: Pick<WaitRecord, "kind" | "name">): number {
    const { counter, last } = this.#source.waitCounter({ kind: key.kind, name: key.name });
    return this.#counters?.get(counter) ?? last;
  }

  /** Ids of those that wait for a signal, oldest first. */
  forSignal(signal: string): string[] {
    const stored = this.#source
      .signalWaits({ signal })
      .filter((id) => this.#rows.peek(id) !== null && this.#lost?.has(id) !== true);
    const own = this.#rows.added().filter(({ kind, name }) => kind === "signal" && name === signal);
    return [...stored, ...own.map(({ id }) => id)];
  }

  /** Another run has taken over its signal: it waits on for its time to be over. */
  takeName(id: string): void {
    this.#lost ??= new Set();
    this.#lost.add(id);
    this.#rows.change(id, { name: "" }, {});
  }

  /** Ids. */
  ofRun(runId: string): string[] {
    const stored = this.#source.waitsOfRun({ runId }).filter((id) => this.#rows.peek(id) !== null);
    const own = this.#rows.added().filter((wait) => wait.runId === runId);
    return [...stored, ...own.map(({ id }) => id)];
  }

  /** Fields by which waits for events of this name are looked up. */
  paths(name: string): readonly string[] {
    const stored = this.#source.waitPaths({ name });
    const own = this.#rows.added().filter((wait) => isForEvent(wait, name));
    return own.length === 0 ? stored : [...new Set([...stored, ...own.map(({ path }) => path)])];
  }

  /** Whether a wait for an event of this name has this value, as it is stored, at this path. */
  isFor(name: string, path: string, value: string): boolean {
    for (const wait of this.#rows.added()) {
      if (isForEvent(wait, name) && wait.path === path && wait.value === value) return true;
    }
    return this.#source.isWaited({ name, path, value });
  }

  changes(): TableChanges<string, NewWait, { name: "" }> {
    return this.#rows.changes();
  }

  counters(): WaitCounter[] {
    return [...(this.#counters ?? [])].map(([counter, last]) => ({ counter, last }));
  }
}

function isForEvent(wait: WaitRecord, name: string): boolean {
  return (wait.kind === "event" || wait.kind === "cancel") && wait.name === name;
}
