/**
 * A step's id on the wire: hashed, and counted when it repeats. Called once for every step call of every replay,
 * so it must stay cheap: hashes are remembered, up to a bound, across calls. They depend on the id's text alone.
 */
import { sha1 } from "./sha1.ts";

const MAX_CACHED = 4096;
const cache = new Map<string, string>();

/** Lower-case hexadecimal SHA-1 of a step's id, `:N` included for repeats. */
export function hashStepId(id: string): string {
  const known = cache.get(id);
  if (known !== undefined) return known;
  let hash = "";
  for (const word of sha1(id)) hash += (word >>> 0).toString(16).padStart(8, "0");
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(id, hash);
  return hash;
}

/** The ids behind some hashes, as far as they are still known here: for messages only. */
export function knownStepIds(hashes: readonly string[]): string[] {
  const ids = new Map([...cache].map(([id, hash]) => [hash, id]));
  return hashes.map((hash) => ids.get(hash) ?? hash);
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ULID_TIME = /^[0-7][0-9A-HJKMNP-TV-Z]{9}/;

/**
 * A seed for event ids that is the same whenever it is asked for: the time at which the run was made, and ten bytes
 * that follow from the run and the step.
 * @param key what tells this seed from the run's others.
 */
export function eventIdSeed(runId: string, key: string): string {
  let madeAtMs = 0;
  for (const digit of ULID_TIME.exec(runId)?.[0] ?? "") madeAtMs = madeAtMs * 32 + CROCKFORD.indexOf(digit);
  return `${madeAtMs},${btoa(String.fromCharCode(...new Uint8Array(sha1(`${runId}.${key}`).buffer, 0, 10)))}`;
}

/** Counts repeats of ids within one run: the first `a` stays `a`, the second becomes `a:1`, then `a:2`. */
export class StepIdCounter {
  readonly #next = new Map<string, number>();

  /** The index that the id's next use gets: 0, then 1, 2 … */
  peek(id: string): number {
    return this.#next.get(id) ?? 0;
  }

  /** Counts a use of the id. @returns 0 for its first use, then 1, 2 … */
  indexOf(id: string): number {
    const index = this.peek(id);
    this.#next.set(id, index + 1);
    return index;
  }
}

/** The text that is hashed for the n-th use of an id, counted from 0. */
export function repeatedId(id: string, index: number): string {
  return index === 0 ? id : `${id}:${index}`;
}
