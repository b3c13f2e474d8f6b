/**
 * How much is taken of slots and throttles, and which slots runs hold, in a working set. Made by working-set.ts; slots.ts and
 * throttles.ts decide over it.
 */
import type { PutChanges, RunSlot, TableChanges } from "../changes.ts";
import type { Source } from "../source.ts";

/** One number a key. */
class Numbers {
  readonly #read: (key: string) => number;
  readonly #known = new Map<string, number>();
  readonly #changed = new Map<string, number>();

  constructor(read: (key: string) => number) {
    this.#read = read;
  }

  get(key: string): number {
    let value = this.#known.get(key);
    if (value === undefined) {
      value = this.#read(key);
      this.#known.set(key, value);
    }
    return value;
  }

  set(key: string, value: number): void {
    this.#known.set(key, value);
    this.#changed.set(key, value);
  }

  changed(): Iterable<[string, number]> {
    return this.#changed;
  }
}

export class SlotSet {
  readonly #source: Source;
  readonly #used: Numbers;
  readonly #tats: Numbers;
  readonly #passed: string[] = [];
  /** By run. */
  readonly #held = new Map<string, Set<string>>();
  readonly #added = new Map<string, RunSlot>();
  readonly #removed = new Map<string, RunSlot>();

  constructor(source: Source) {
    this.#source = source;
    this.#used = new Numbers((key) => source.slot({ key }));
    this.#tats = new Numbers((key) => source.throttle({ key }));
  }

  used(key: string): number {
    return this.#used.get(key);
  }

  setUsed(key: string, used: number): void {
    this.#used.set(key, used);
  }

  /** When the next start would be if all kept their distance, milliseconds since 1970. */
  tat(key: string): number {
    return this.#tats.get(key);
  }

  setTat(key: string, tat: number): void {
    this.#tats.set(key, tat);
  }

  /** Keys of throttles that hold nothing back at `now`. For a set that has passed none. */
  passedThrottles(now: number, limit: number): readonly string[] {
    return this.#source.passedThrottles({ now, limit });
  }

  forgetThrottle(key: string): void {
    this.#passed.push(key);
  }

  /** Keys of the slots that a run holds until it ends. */
  heldBy(runId: string): ReadonlySet<string> {
    return this.#keysOf(runId);
  }

  /** For a slot that the run does not hold. */
  hold(runId: string, key: string): void {
    this.#keysOf(runId).add(key);
    this.#added.set(`${runId} ${key}`, { runId, key });
  }

  letGo(runId: string, key: string): void {
    const row = `${runId} ${key}`;
    this.#keysOf(runId).delete(key);
    if (!this.#added.delete(row)) this.#removed.set(row, { runId, key });
  }

  slotChanges(): PutChanges<string, { key: string; used: number }> {
    return { removed: [], put: [...this.#used.changed()].map(([key, used]) => ({ key, used })) };
  }

  throttleChanges(): PutChanges<string, { key: string; tat: number }> {
    return { removed: this.#passed, put: [...this.#tats.changed()].map(([key, tat]) => ({ key, tat })) };
  }

  runSlotChanges(): TableChanges<RunSlot, RunSlot, never> {
    return { removed: [...this.#removed.values()], changed: [], added: [...this.#added.values()] };
  }

  #keysOf(runId: string): Set<string> {
    let keys = this.#held.get(runId);
    if (keys === undefined) {
      keys = new Set(this.#source.runSlots({ runId }));
      this.#held.set(runId, keys);
    }
    return keys;
  }
}
