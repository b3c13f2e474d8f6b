/** The machine's randomness behind the Random port. Made by main. */
import { webcrypto } from "node:crypto";
import type { Random } from "../ports/random.ts";

const poolSize = 1024;

/** Uniform numbers of 32 random bits each, drawn from the system in blocks. */
export function createSystemRandom(): Random {
  const pool = new Uint32Array(poolSize);
  let used = poolSize;
  return {
    next() {
      if (used === poolSize) {
        webcrypto.getRandomValues(pool);
        used = 0;
      }
      return (pool[used++] ?? 0) / 2 ** 32;
    },
  };
}
