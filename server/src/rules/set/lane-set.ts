/**
 * The lanes of a working set. Lists are those that are stored, with what the set has changed of them.
 * Made by working-set.ts. Must never decide whose turn it is: turns.ts does.
 */
import type { LaneSpec } from "../../domain/queue/lane.ts";
import type { Changed, LaneFields, NewLane, TableChanges } from "../changes.ts";
import type { LaneRow, Rows } from "../rows.ts";
import type { Source } from "../source.ts";

interface Entry {
  /** As it is stored; null for none. */
  stored: LaneRow | null;
  /** As it is now; null for none. */
  row: LaneRow | null;
  /** Of a new lane. */
  spec: LaneSpec | null;
  fields: Partial<LaneFields> | null;
}

interface List {
  /** Under which its stored rows are kept; undefined: they are not. */
  name?: "in-line" | "throttled";
  ask(limit: number): Rows<LaneRow>;
  holds(lane: LaneRow): boolean;
  order(a: LaneRow, b: LaneRow): number;
}

export class LaneSet {
  readonly #source: Source;
  readonly #entries = new Map<string, Entry>();
  /** Entries that are not as they are stored. */
  readonly #changed = new Set<Entry>();
  /** What the source last answered. */
  readonly #lists = new Map<string, Rows<LaneRow>>();

  constructor(source: Source) {
    this.#source = source;
  }

  get(id: string): LaneRow | null {
    return (this.#entries.get(id) ?? this.#note(id, this.#source.lane({ id }))).row;
  }

  /** Its limits; null for a lane without any, and for one that is not there. */
  spec(id: string): LaneSpec | null {
    const entry = this.#entries.get(id);
    if (entry !== undefined && entry.stored === null) return entry.spec;
    return this.#source.laneSpec({ id });
  }

  /** By vtime and id. */
  inLine(limit: number): Rows<LaneRow> {
    return this.#first(limit, {
      name: "in-line",
      ask: (count) => this.#source.lanesInLine({ limit: count }),
      holds: (lane) => lane.state === "in-line",
      order: byTurn,
    });
  }

  /** The lane whose turn comes first of those that wait for this slot under a limit higher than `above`; null for none. */
  blockedOn(key: string, above: number): LaneRow | null {
    const { rows } = this.#first(1, {
      ask: (limit) => this.#source.lanesBlockedOn({ key, above, limit }),
      holds: (lane) => lane.state === "full" && lane.blockedOn === key && (lane.blockedLimit ?? 0) > above,
      order: byTurn,
    });
    return rows[0] ?? null;
  }

  /** By the time that their throttle waits for. */
  throttled(limit: number): Rows<LaneRow> {
    return this.#first(limit, {
      name: "throttled",
      ask: (count) => this.#source.throttledLanes({ limit: count }),
      holds: (lane) => lane.state === "throttled",
      order: (a, b) => (a.notBefore ?? 0) - (b.notBefore ?? 0) || (a.id < b.id ? -1 : 1),
    });
  }

  /** Ids of functions that have lanes, each once. */
  functionIds(): string[] {
    const ids = new Set(this.#source.laneFunctions({}));
    for (const { row } of this.#changed) if (row !== null) ids.add(row.functionId);
    return [...ids];
  }

  /** Those that a pause holds; or, without `paused`, those in line, full or throttled. */
  ofFunction(functionId: string, paused: boolean): LaneRow[] {
    const stored = this.#source
      .lanesOfFunction({ functionId, paused })
      .map((lane) => this.#entries.get(lane.id) ?? this.#note(lane.id, lane));
    return [...new Set([...stored, ...this.#changed])].flatMap(({ row }) => {
      const isOne = row?.functionId === functionId && row.state !== "idle" && (row.state === "paused") === paused;
      return isOne ? [row] : [];
    });
  }

  /** Ids of idle lanes with limits and without items whose vtime is at most this. For a set that has changed none. */
  empty(vtime: number, limit: number): readonly string[] {
    return this.#source.emptyLanes({ vtime, limit });
  }

  /** For an id that is not there. */
  add(row: LaneRow, spec: LaneSpec | null): void {
    const entry: Entry = { stored: null, row, spec, fields: null };
    this.#entries.set(row.id, entry);
    this.#changed.add(entry);
  }

  /** For one that is there. */
  change(id: string, fields: Partial<LaneFields>): void {
    const entry = this.#entries.get(id) ?? this.#note(id, this.#source.lane({ id }));
    if (entry.row === null) return;
    entry.row = { ...entry.row, ...fields };
    if (entry.stored !== null) entry.fields = { ...entry.fields, ...fields };
    this.#changed.add(entry);
  }

  remove(id: string): void {
    const entry = this.#entries.get(id) ?? this.#note(id, this.#source.lane({ id }));
    entry.row = null;
    this.#changed.add(entry);
  }

  changes(): TableChanges<string, NewLane, LaneFields> {
    const removed: string[] = [];
    const changed: Changed<string, LaneFields>[] = [];
    const added: NewLane[] = [];
    for (const { stored, row, spec, fields } of this.#changed) {
      if (row === null) {
        if (stored !== null) removed.push(stored.id);
      } else if (stored === null) added.push({ ...row, spec });
      else if (fields !== null) changed.push({ key: row.id, fields });
    }
    return { removed, changed, added };
  }

  #first(limit: number, list: List): Rows<LaneRow> {
    const { holds, order } = list;
    let overtaken = 0;
    const own: LaneRow[] = [];
    for (const { stored, row } of this.#changed) {
      if (stored !== null && holds(stored)) overtaken += 1;
      if (row !== null && holds(row)) own.push(row);
    }
    const stored = this.#stored(limit + overtaken, list);
    const rows = own;
    for (const lane of stored.rows) {
      const entry = this.#entries.get(lane.id) ?? this.#note(lane.id, lane);
      if (!this.#changed.has(entry)) rows.push(lane);
    }
    rows.sort(order);
    return { rows: rows.slice(0, limit), complete: stored.complete && rows.length <= limit };
  }

  #stored(limit: number, { name, ask }: List): Rows<LaneRow> {
    const known = name === undefined ? undefined : this.#lists.get(name);
    if (known !== undefined && (known.complete || known.rows.length >= limit)) return known;
    const stored = ask(limit);
    if (name !== undefined) this.#lists.set(name, stored);
    return stored;
  }

  #note(id: string, stored: LaneRow | null): Entry {
    const entry: Entry = { stored, row: stored, spec: null, fields: null };
    this.#entries.set(id, entry);
    return entry;
  }
}

function byTurn(a: LaneRow, b: LaneRow): number {
  return a.vtime - b.vtime || (a.id < b.id ? -1 : 1);
}
