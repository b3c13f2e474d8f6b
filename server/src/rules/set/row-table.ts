/**
 * The rows of one table in a working set: what was read of them, and what has become of them. Made by working-set.ts; the
 * rules read and change rows through it. What a source answered is never changed in place, so that it can be asked again.
 */
import type { Changed, PutChanges, TableChanges } from "../changes.ts";
import type { Source } from "../source.ts";

interface Entry<Key, Head, Row, Fields> {
  key: Key;
  /** As far as it is read, with what was changed since. Null: there is none. Undefined: it was not read. */
  head: Head | null | undefined;
  /** A new row. */
  added: Row | null;
  /** What has changed of a row that is there. */
  fields: Partial<Fields> | null;
  /** The same, as it is read. */
  seen: Partial<Head> | null;
  /** Whether a row that was there, or may have been, is gone. */
  removed: boolean;
}

const none: readonly never[] = [];

/** No changes of a table. */
export const noRows: {
  readonly removed: readonly never[];
  readonly changed: readonly never[];
  readonly added: readonly never[];
} = { removed: none, changed: none, added: none };

/** No changes of a table whose rows are written whole. */
export const noPuts: { readonly removed: readonly never[]; readonly put: readonly never[] } = {
  removed: none,
  put: none,
};

/** What a table is about: the same for every set. */
export interface TableTerms<Key, Head, Row> {
  read(source: Source, key: Key): Head | null;
  /** The key as text; default: it is a text. */
  textOf?(key: Key): string;
  keyOf(row: Row): Key;
  /** What is read of a row, as an object of its own. */
  headOf(row: Row): Head;
  /** What is read of a row after a change, as an object of its own. Default: all of both; slow for rows that change with every step. */
  merge?(head: Head, seen: Partial<Head>): Head;
}

export class RowTable<Key, Head extends object, Row extends object, Fields extends object> {
  readonly #terms: TableTerms<Key, Head, Row>;
  readonly #source: Source;
  #entries: Map<string, Entry<Key, Head, Row, Fields>> | null = null;

  constructor(source: Source, terms: TableTerms<Key, Head, Row>) {
    this.#source = source;
    this.#terms = terms;
  }

  /** Null when there is none. */
  get(key: Key): Head | null {
    const text = this.#textOf(key);
    const entry = this.#entries?.get(text);
    if (entry?.head !== undefined) return entry.head;
    const head = this.#terms.read(this.#source, key);
    if (entry === undefined) this.#enter(text, key, head);
    else entry.head = head === null ? null : { ...head, ...entry.seen };
    return entry === undefined ? head : (entry.head ?? null);
  }

  /** Undefined when it was neither read nor added nor removed; asks nobody. */
  peek(key: Key): Head | null | undefined {
    return this.#entries?.get(this.#textOf(key))?.head;
  }

  /** For a row that the caller knows not to be there. It belongs to the table from now on. */
  add(row: Row): void {
    const key = this.#terms.keyOf(row);
    const text = this.#textOf(key);
    const entry = this.#entries?.get(text) ?? this.#enter(text, key, undefined);
    entry.head = this.#terms.headOf(row);
    entry.added = row;
    entry.fields = null;
  }

  /** For a row that the caller knows to be there. `seen`: what that changes of what is read of it. */
  change(key: Key, fields: Partial<Fields>, seen: Partial<Head>): void {
    const text = this.#textOf(key);
    const entry = this.#entries?.get(text) ?? this.#enter(text, key, undefined);
    // A new object: who has read the row still sees it as it was.
    if (entry.head) entry.head = this.#terms.merge?.(entry.head, seen) ?? { ...entry.head, ...seen };
    else entry.seen = { ...entry.seen, ...seen };
    if (entry.added !== null) assign<object>(entry.added, fields);
    else if (entry.fields === null) entry.fields = { ...fields };
    else assign(entry.fields, fields);
  }

  /** Whether it is there or not. */
  remove(key: Key): void {
    const text = this.#textOf(key);
    const entry = this.#entries?.get(text) ?? this.#enter(text, key, null);
    entry.removed = true;
    entry.head = null;
    entry.added = null;
    entry.fields = null;
  }

  /** Whether this set has added it. */
  isAdded(key: Key): boolean {
    return (this.#entries?.get(this.#textOf(key))?.added ?? null) !== null;
  }

  /** Rows that this set has added. */
  added(): readonly Row[] {
    if (this.#entries === null) return none;
    const rows: Row[] = [];
    for (const { added } of this.#entries.values()) if (added !== null) rows.push(added);
    return rows;
  }

  changes(): TableChanges<Key, Row, Fields> {
    if (this.#entries === null) return noRows;
    const removed: Key[] = [];
    const changed: Changed<Key, Fields>[] = [];
    const added: Row[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.removed) removed.push(entry.key);
      if (entry.added !== null) added.push(entry.added);
      else if (entry.fields !== null) changed.push({ key: entry.key, fields: entry.fields });
    }
    return { removed, changed, added };
  }

  #textOf(key: Key): string {
    return this.#terms.textOf?.(key) ?? String(key);
  }

  #enter(text: string, key: Key, head: Head | null | undefined): Entry<Key, Head, Row, Fields> {
    const entry: Entry<Key, Head, Row, Fields> = {
      key,
      head,

      added: null,
      fields: null,
      seen: null,
      removed: false,
    };
    this.#entries ??= new Map();
    this.#entries.set(text, entry);
    return entry;
  }
}

/** A few fields of rows of many shapes: a loop costs less than the objects that spreading makes. */
function assign<Row extends object>(row: Row, fields: Partial<Row>): void {
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) row[name] = value as Row[typeof name];
  }
}

export interface PutTerms<Key, Row> {
  read(source: Source, key: Key): Row | null;
  /** The key as text; default: it is a text. */
  textOf?(key: Key): string;
  keyOf(row: Row): Key;
}

/** Rows that are written whole. */
export class PutTable<Key, Row extends object> {
  readonly #source: Source;
  readonly #terms: PutTerms<Key, Row>;
  #entries: Map<string, { key: Key; row: Row | null; isChanged: boolean }> | null = null;

  constructor(source: Source, terms: PutTerms<Key, Row>) {
    this.#source = source;
    this.#terms = terms;
  }

  get(key: Key): Row | null {
    const text = this.#textOf(key);
    const entry = this.#entries?.get(text);
    if (entry !== undefined) return entry.row;
    const row = this.#terms.read(this.#source, key);
    this.#enter(text, { key, row, isChanged: false });
    return row;
  }

  put(row: Row): void {
    const key = this.#terms.keyOf(row);
    this.#enter(this.#textOf(key), { key, row, isChanged: true });
  }

  remove(key: Key): void {
    this.#enter(this.#textOf(key), { key, row: null, isChanged: true });
  }

  changes(): PutChanges<Key, Row> {
    if (this.#entries === null) return noPuts;
    const changed = [...this.#entries.values()].filter(({ isChanged }) => isChanged);
    return {
      removed: changed.filter(({ row }) => row === null).map(({ key }) => key),
      put: changed.flatMap(({ row }) => row ?? []),
    };
  }

  #textOf(key: Key): string {
    return this.#terms.textOf?.(key) ?? String(key);
  }

  #enter(text: string, entry: { key: Key; row: Row | null; isChanged: boolean }): void {
    this.#entries ??= new Map();
    this.#entries.set(text, entry);
  }
}
