/**
 * How much is taken of slots and throttles, and which slots runs hold, in a working set. Made by working-set.ts; slots.ts and
 * throttles.ts decide over it.
 */
import type { Changes, RunSlot } from "../changes.ts";
import type { Source } from "../source.ts";

/** One number a key. */
class Numbers {
  readonly #source: Source;
  readonly #read: (source: Source, key: string) => number;
  #known: Map<string, number> | null = null;
  #changed: Map<string, number> | null = null;

  constructor(source: Source, read: (source: Source, key: string) => number) {
    this.#source = source;
    this.#read = read;
  }

  get(key: string): number {
    const known = this.#changed?.get(key) ?? this.#known?.get(key);
    if (known !== undefined) return known;
    const value = this.#read(this.#source, key);
    this.#known ??= new Map();
    this.#known.set(key, value);
    return value;
  }

  set(key: string, value: number): void {
    this.#changed ??= new Map();
    this.#changed.set(key, value);
  }

  changed(): readonly [string, number][] {
    return this.#changed === null ? [] : [...this.#changed];
  }
}

const readUsed = (source: Source, key: string): number => source.slot({ key });
const readTat = (source: Source, key: string): number => source.throttle({ key });

export class SlotSet {
  readonly #source: Source;
  readonly #used: Numbers;
  readonly #tats: Numbers;
  readonly #passed: string[] = [];
  /** By run. */
  #held: Map<string, Set<string>> | null = null;
  #added: Map<string, RunSlot> | null = null;
  #removed: Map<string, RunSlot> | null = null;

  constructor(source: Source) {
    this.#source = source;
    this.#used = new Numbers(source, readUsed);
    this.#tats = new Numbers(source, readTat);
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

  /** Keys, of a function whose throttles the set has not changed yet. */
  throttlesOf(functionId: string): readonly string[] {
    return this.#source.throttlesOfFunction({ functionId });
  }

  forgetThrottle(key: string): void {
    this.#passed.push(key);
  }

  /** Keys of the slots that a run holds until it ends. */
  heldBy(runId: string): readonly string[] {
    const known = this.#held?.get(runId);
    return known === undefined ? this.#source.runSlots({ runId }) : [...known];
  }

  holds(runId: string, key: string): boolean {
    return this.#keysOf(runId).has(key);
  }

  /** For a slot that the run does not hold. */
  hold(runId: string, key: string): void {
    this.#keysOf(runId).add(key);
    this.#added ??= new Map();
    this.#added.set(`${runId} ${key}`, { runId, key });
  }

  letGo(runId: string, key: string): void {
    const row = `${runId} ${key}`;
    this.#keysOf(runId).delete(key);
    if (this.#added?.delete(row) === true) return;
    this.#removed ??= new Map();
    this.#removed.set(row, { runId, key });
  }

  changes(): Pick<Changes, "slots" | "throttles" | "runSlots"> {
    return {
      slots: { removed: [], put: this.#used.changed().map(([key, used]) => ({ key, used })) },
      throttles: { removed: this.#passed, put: this.#tats.changed().map(([key, tat]) => ({ key, tat })) },
      runSlots: {
        removed: [...(this.#removed?.values() ?? [])],
        changed: [],
        added: [...(this.#added?.values() ?? [])],
      },
    };
  }

  #keysOf(runId: string): Set<string> {
    this.#held ??= new Map();
    let keys = this.#held.get(runId);
    if (keys === undefined) {
      keys = new Set(this.#source.runSlots({ runId }));
      this.#held.set(runId, keys);
    }
    return keys;
  }
}
