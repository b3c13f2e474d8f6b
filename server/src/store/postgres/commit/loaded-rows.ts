/**
 * What one commit has loaded: the source that the rules ask. It answers from what was loaded under lock, and throws `Miss` for
 * what was not; commit.ts then loads that as well and lets the rules decide again. Made for each attempt at a commit.
 * Must never answer from what is not locked, unless nothing can change it or a change makes the commit fail.
 */
import { type AnswerTo, type KeyOf, Miss, type Read, type ReadName, type Source } from "../../../rules/source.ts";
import { recordset, toJson } from "../tables/table.ts";
import type { Row, Statement, StatementResult } from "../wire/batch.ts";
import { guesses } from "./loads/guesses.ts";
import { type KeyLock, type Load, type LockClass, lockClasses } from "./loads/load.ts";
import { loads } from "./loads/loads.ts";
import { counterOf, nameLock } from "./loads/wait-locks.ts";
import type { StoreMemory } from "./memory.ts";

/** Questions of one name, by the columns that tell them apart. */
interface Question {
  columns: Readonly<Record<string, string | number | null>>;
  /** Rows that one question asks for; 0 where that is no matter. */
  limit: number;
}

interface Answered {
  rows: Row[];
  limit: number;
}

/** What goes to the database in one batch, and what is done with each answer. */
export interface Planned {
  statement: Statement;
  take(result: StatementResult): void;
}

/** The rules look at no more than this of anything; questions for more are answered in pages by themselves. */
const mostRows = 5_000;
/** Items that are loaded for all lanes in line together. */
const turnItems = 64;

/** What the rules may be told without a look, because a duplicate key makes the commit fail and be decided again. */
const unlikely: ReadonlySet<ReadName> = new Set([
  "hasItem",
  "hasRun",
  "hasEvent",
  "hasStep",
  "hasRefusal",
  "hasBulkJob",
]);

/** Names of events are few, and all engines want the same ones; other keys are mostly wanted once. */
const isShared = (key: string): boolean => key.startsWith("waits:");

export class LoadedRows {
  /** Throws `Miss` for what is not loaded. */
  readonly source: Source;
  /** Guesses what is not loaded, and wants it. */
  readonly guessing: Source;
  readonly #ns: string;
  readonly #memory: StoreMemory;
  /** Whether unlikely things are looked for, as they are after a duplicate key. */
  readonly #careful: boolean;
  readonly #wanted = new Map<ReadName, Map<string, Question>>();
  readonly #answers = new Map<ReadName, Map<string, Answered>>();
  readonly #locks = new Map<string, { mode: KeyLock["mode"]; lastNumber: number }>();
  readonly #wantedLocks = new Map<string, KeyLock["mode"]>();
  /** Rows of keys that were made in this transaction. */
  readonly made: Set<string> = new Set();
  /** The highest class of which something was locked; -1 for none. */
  #reached = -1;

  constructor(ns: string, memory: StoreMemory, careful: boolean) {
    this.#ns = ns;
    this.#memory = memory;
    this.#careful = careful;
    this.source = toSource((name, key) => this.#ask(name, key));
    this.guessing = toSource((name, key) => this.#guess(name, key));
  }

  /** To be loaded with the next batch. */
  want<Name extends ReadName>({ name, key }: { name: Name; key: KeyOf<Name> }): void {
    const load = loadOf(name);
    const columns = load.keyOf(key);
    const text = textOf(columns);
    const limit = Math.min(load.limitOf?.(key) ?? 0, mostRows);
    const lock = load.lock?.(key) ?? null;
    if (lock !== null) this.#wantLock(lock);
    const answered = this.#answers.get(name)?.get(text);
    if (answered !== undefined && answered.limit >= limit) return;
    const questions = this.#wanted.get(name) ?? new Map<string, Question>();
    this.#wanted.set(name, questions);
    questions.set(text, { columns, limit: Math.max(limit, questions.get(text)?.limit ?? 0) });
  }

  /**
   * Statements that make rows of keys that others may be making too, in a transaction of their own before that of the commit. A row
   * that is made within a commit holds up all who want its key until the commit ends, and is gone again when it fails: engines
   * that began together kept each other from ever committing. `all`: the rows of all keys, as after a conflict; else those that
   * many share.
   */
  planShared(all: boolean): Planned[] {
    const keys = [...this.#wantedLocks.keys()].filter((key) => all || isShared(key)).sort();
    return this.#makeRows("locks", keys, "key", "seen_at");
  }

  /** Statements for all that is wanted: locks of keys first, then class by class. */
  plan(): Planned[] {
    const planned = this.#planLocks();
    const names = [...this.#wanted.keys()].sort((a, b) => orderOf(a) - orderOf(b));
    for (const name of names) {
      const questions = [...(this.#wanted.get(name) ?? new Map<string, Question>())];
      planned.push(...this.#planLoad(name, questions));
    }
    this.#wanted.clear();
    return planned;
  }

  #wantLock({ key, mode }: KeyLock): void {
    const held = this.#locks.get(key)?.mode;
    if (held === "exclusive" || held === mode) return;
    if (this.#wantedLocks.get(key) !== "exclusive") this.#wantedLocks.set(key, mode);
  }

  /** In the order of the keys: those of one mode that stand next to each other in one statement. */
  #planLocks(): Planned[] {
    const wanted = [...this.#wantedLocks].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#wantedLocks.clear();
    if (wanted.length === 0) return [];
    const wait = this.#reached >= 0 || this.#locks.size > 0 ? " NOWAIT" : "";
    const planned: Planned[] = [];
    const keys = wanted.map(([key]) => key);
    planned.push(...this.#makeRows("locks", keys, "key", "seen_at"));
    for (let start = 0; start < wanted.length; ) {
      const mode = wanted[start]?.[1] ?? "share";
      let end = start;
      while (end < wanted.length && wanted[end]?.[1] === mode) end += 1;
      planned.push(this.#planLock(keys.slice(start, end), mode, wait));
      start = end;
    }
    return planned;
  }

  #planLock(keys: string[], mode: KeyLock["mode"], wait: string): Planned {
    const strength = mode === "share" ? "SHARE" : "NO KEY UPDATE";
    return {
      statement: {
        text: `SELECT key, last_number FROM stepwell.locks WHERE ns = $1 AND key = ANY($2::text[])
          ORDER BY key FOR ${strength}${wait}`,
        values: [this.#ns, keys],
      },
      take: ({ rows }) => {
        for (const row of rows) this.#locks.set(String(row["key"]), { mode, lastNumber: Number(row["last_number"]) });
        // Swept away since this node saw it: it is made anew the next time.
        for (const key of keys) if (!this.#locks.has(key)) this.#memory.forgetRow("locks", key);
      },
    };
  }

  /** Rows that stand for keys, where this node has not seen that they are there. In the order of the keys. */
  #makeRows(table: "locks" | "slots" | "throttles", keys: readonly string[], column: string, other: string): Planned[] {
    const unseen = keys.filter((key) => !this.#memory.hasRow(table, key));
    if (unseen.length === 0) return [];
    return [
      {
        statement: {
          text: `INSERT INTO stepwell.${table} (ns, ${column}, ${other})
            SELECT $1, k, $3 FROM unnest($2::text[]) AS k ORDER BY k ON CONFLICT DO NOTHING`,
          values: [this.#ns, unseen.sort(), table === "locks" ? this.#memory.now() : 0],
        },
        take: () => {
          for (const key of unseen) this.made.add(`${table} ${key}`);
        },
      },
    ];
  }

  #planLoad(name: ReadName, questions: readonly [string, Question][]): Planned[] {
    const load = loadOf(name);
    const lockClass = lockClasses.indexOf(load.class as LockClass);
    const wait = lockClass >= 0 && lockClass < this.#reached ? " NOWAIT" : "";
    this.#reached = Math.max(this.#reached, lockClass);
    const limit = Math.max(...questions.map(([, question]) => question.limit));
    const keyed = questions.map(([, { columns }], i) => ({ i, ...columns }));
    const types = Object.entries(load.keys).map(([column, type]) => ({ name: column, type }));
    const text = load.sql
      .replaceAll("{keys}", recordset([{ name: "i", type: "integer" }, ...types], "k"))
      .replaceAll("{limit}", String(limit))
      .replaceAll("{wait}", wait);
    const made =
      name === "slot" || name === "throttle"
        ? this.#makeRows(
            tableOf(name),
            questions.map(([, { columns }]) => String(columns["key"])),
            "key",
            name === "slot" ? "used" : "tat",
          )
        : [];
    return [
      ...made,
      {
        statement: { text, values: [this.#ns, toJson(keyed)] },
        take: ({ rows }) => this.#take(name, questions, rows, limit),
      },
    ];
  }

  #take(name: ReadName, questions: readonly [string, Question][], rows: readonly Row[], limit: number): void {
    const byQuestion: Row[][] = questions.map(() => []);
    for (const row of rows) byQuestion[Number(row["i"])]?.push(row);
    for (const [index, [text, { columns }]] of questions.entries()) {
      const found = byQuestion[index] ?? [];
      // Swept away since this node saw it: it is made anew the next time.
      if (found.length === 0 && (name === "slot" || name === "throttle"))
        this.#memory.forgetRow(tableOf(name), String(columns["key"]));
      else this.#note(name, text, found, limit);
    }
    for (const row of rows) this.#memory.observe(row);
    this.#keep(name, questions, byQuestion);
    this.#followUp(name, rows);
  }

  /** What other commits of this node may be told without a look, until a version says that it is old, or guess. */
  #keep(name: ReadName, questions: readonly [string, Question][], rows: readonly Row[][]): void {
    if (name === "pauses") this.#memory.keepPauses(loads.pauses.answer(rows[0] ?? [], {}, 0) ?? []);
    if (name === "limitOverrides") this.#memory.keepOverrides(loads.limitOverrides.answer(rows[0] ?? [], {}, 0) ?? []);
    if (name !== "function" && name !== "waitPaths") return;
    for (const [index, [, { columns }]] of questions.entries()) {
      const [found, key] = [rows[index] ?? [], String(Object.values(columns)[0])];
      if (name === "function") this.#memory.keepFunction(key, loads.function.answer(found, { id: key }, 0) ?? null);
      else this.#memory.keepWaitPaths(key, loads.waitPaths.answer(found, { name: key }, 0) ?? []);
    }
  }

  /** What will be asked next, so that it comes with one more trip and not with one each. */
  #followUp(name: ReadName, rows: readonly Row[]): void {
    if (name === "openBatch") for (const row of rows) this.#note("batch", textOf({ id: String(row["id"]) }), [row], 0);
    if (name === "lanesInLine" || name === "lanesBlockedOn") this.#wantTurns(rows);
    if (name === "readyItems" || name === "ownDueItems")
      for (const row of rows)
        if (row["kind"] === "start" && typeof row["run_id"] === "string")
          this.want({ name: "run", key: { id: row["run_id"] } });
  }

  #wantTurns(rows: readonly Row[]): void {
    const lanes = rows.filter((row) => typeof row["id"] === "string");
    const share = Math.max(1, Math.ceil(turnItems / Math.max(1, lanes.length)));
    for (const { id } of lanes) {
      const laneId = String(id);
      const spec = this.#memory.specOf(laneId);
      for (const { key } of [...(spec?.slots ?? []), ...(spec?.runSlots ?? [])])
        this.want({ name: "slot", key: { key } });
      if (spec?.throttle) this.want({ name: "throttle", key: { key: spec.throttle.key } });
      this.want({ name: "readyItems", key: { laneId, limit: share } });
    }
  }

  #note(name: ReadName, text: string, rows: Row[], limit: number): void {
    const answers = this.#answers.get(name) ?? new Map<string, Answered>();
    this.#answers.set(name, answers);
    answers.set(text, { rows, limit });
  }

  #guess<Name extends ReadName>(name: Name, key: KeyOf<Name>): unknown {
    const found = this.#find(name, key);
    if (found !== undefined) return found;
    this.want({ name, key });
    return this.#memory.recall({ name, key } as Read) ?? guessOf(name)(key);
  }

  #ask<Name extends ReadName>(name: Name, key: KeyOf<Name>): unknown {
    const found = this.#find(name, key);
    if (found === undefined) throw new Miss({ name, key } as Read);
    return found;
  }

  /** Undefined: not loaded. */
  #find<Name extends ReadName>(name: Name, key: KeyOf<Name>): unknown {
    const known = this.#known({ name, key } as Read);
    if (known !== undefined) return known;
    const load = loadOf(name);
    const lock = load.lock?.(key) ?? null;
    if (lock !== null && !this.#isLocked(lock)) return undefined;
    const answered = this.#answers.get(name)?.get(textOf(load.keyOf(key)));
    return answered === undefined ? undefined : load.answer(answered.rows, key, answered.limit);
  }

  /** What needs no rows: undefined for what does. */
  #known(read: Read): AnswerTo<ReadName> | undefined {
    const remembered = this.#memory.answerTo(read);
    if (remembered !== undefined) return remembered;
    switch (read.name) {
      case "expiredLimits":
        return [];
      case "waitCounter":
        return this.#counter(read.key);
      case "waitPaths":
        // Nobody ever waited for an event of this name.
        return this.#locks.get(nameLock(read.key.name, "share").key)?.lastNumber === 0 ? [] : undefined;
      default:
        if (this.#careful || !unlikely.has(read.name)) return undefined;
        return this.#answers.get(read.name)?.has(textOf(loadOf(read.name).keyOf(read.key as never))) === true
          ? undefined
          : false;
    }
  }

  #counter(key: KeyOf<"waitCounter">): AnswerTo<"waitCounter"> | undefined {
    const counter = counterOf(key);
    if (key.kind === "invoke") return { counter, last: 0 };
    const lock = this.#locks.get(counter);
    return lock?.mode === "exclusive" ? { counter, last: lock.lastNumber } : undefined;
  }

  #isLocked({ key, mode }: KeyLock): boolean {
    const held = this.#locks.get(key)?.mode;
    return held === "exclusive" || held === mode;
  }
}

/** The loads of all names, seen as one kind: each is only ever given its own questions. */
function loadOf<Name extends ReadName>(name: Name): Load<Name> {
  return loads[name] as Load<Name>;
}

/** Where the rows of limits stand that are made sure of. */
function tableOf(name: "slot" | "throttle"): "slots" | "throttles" {
  return name === "slot" ? "slots" : "throttles";
}

function guessOf<Name extends ReadName>(name: Name): (key: KeyOf<Name>) => AnswerTo<Name> {
  return guesses[name] as (key: KeyOf<Name>) => AnswerTo<Name>;
}

/** A property for each question: the table of loads has one, or does not compile. */
function toSource(answer: (name: ReadName, key: never) => unknown): Source {
  const entries = Object.keys(loads).map((name) => [name, (key: never) => answer(name as ReadName, key)]);
  return Object.fromEntries(entries) as Source;
}

function textOf(columns: Readonly<Record<string, string | number | null>>): string {
  return Object.values(columns).join("\u0001");
}

/** What locks nothing comes last: it is read under the locks of the others. */
function orderOf(name: ReadName): number {
  const lockClass = loadOf(name).class;
  return lockClass === "none" ? lockClasses.length : lockClasses.indexOf(lockClass);
}
