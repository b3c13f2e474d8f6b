/**
 * Everything that a simulated world leaves to chance, drawn from one seed. Passed around by run-seed; nothing of a simulation may
 * ask for chance elsewhere, or the same seed would not give the same world.
 */
import { createSeededRandom } from "../testing/seeded-random.ts";

export interface Draw {
  /** Uniform, 0 inclusive to 1 exclusive. */
  next(): number;
  /** A whole number, both ends inclusive. */
  int(least: number, most: number): number;
  /** True in this share of the cases, 0 to 1. */
  chance(share: number): boolean;
  /** @throws Error when the list is empty */
  pick<T>(list: readonly T[]): T;
  /** A generator of its own: what is drawn from it moves nothing here. */
  fork(): Draw;
}

/** Neighbouring seeds must not give neighbouring numbers. */
const spreading = 0x9e3779b1;

/** @param seed a whole number */
export function createDraw(seed: number): Draw {
  const random = createSeededRandom(Math.imul(seed + 1, spreading));
  const draw: Draw = {
    next: () => random.next(),
    int: (least, most) => least + Math.floor(random.next() * (most - least + 1)),
    chance: (share) => share > 0 && random.next() < share,
    pick(list) {
      const index = Math.floor(random.next() * list.length);
      if (index >= list.length) throw new Error("There is nothing to pick from");
      return list[index] as (typeof list)[number];
    },
    fork: () => createDraw(Math.floor(random.next() * 2 ** 31)),
  };
  return draw;
}
