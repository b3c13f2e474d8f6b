import { guardMs } from "./guard.ts";

/** Sooner than the test itself is given up, so that the error can name what it waited for. */
const patienceMs = guardMs / 2;

/**
 * Asks `probe` again and again until it gives something else than null, and returns that.
 * Waits for the outside world (another process, a socket); it is not a way to test timing.
 */
export async function eventually<T>(what: string, probe: () => Promise<T | null> | T | null, everyMs = 10): Promise<T> {
  const end = Date.now() + patienceMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== null) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${patienceMs} ms in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
