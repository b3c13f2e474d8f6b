/**
 * A step's id on the wire: hashed, and counted when it repeats. Called once for every step call of every replay,
 * so it must stay cheap: hashes are remembered, up to a bound, across calls. They depend on the id's text alone.
 */
import { sha1 } from "@noble/hashes/legacy.js";

const MAX_CACHED = 4096;
const cache = new Map<string, string>();
const encoder = new TextEncoder();
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal SHA-1 of a step's id, `:N` included for repeats. */
export function hashStepId(id: string): string {
  const known = cache.get(id);
  if (known !== undefined) return known;
  let hash = "";
  for (const byte of sha1(encoder.encode(id))) hash += HEX[byte];
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(id, hash);
  return hash;
}

/** Counts repeats of ids within one run: the first `a` stays `a`, the second becomes `a:1`, then `a:2`. */
export class StepIdCounter {
  readonly #next = new Map<string, number>();

  /** @returns 0 for an id's first use, then 1, 2 … */
  indexOf(id: string): number {
    const index = this.#next.get(id) ?? 0;
    this.#next.set(id, index + 1);
    return index;
  }
}

/** The text that is hashed for the n-th use of an id, counted from 0. */
export function repeatedId(id: string, index: number): string {
  return index === 0 ? id : `${id}:${index}`;
}
