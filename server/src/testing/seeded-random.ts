/** Chance that can be repeated: the same seed gives the same numbers. Made by create-test-server. */
import type { Random } from "../ports/random.ts";

/** Mulberry32. @param seed any number; only its lowest 32 bits count. */
export function createSeededRandom(seed: number): Random {
  let state = seed | 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
