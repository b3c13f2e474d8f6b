/** Waiting for a program to come to rest, in microtasks. Used by the replay machine alone. */

/** Microtasks in a row without news after which user code counts as at rest. */
export const FULL_SETTLE_TICKS = 100;
/**
 * The same while a program has done one thing after the other, where replays spend their time. Work of the function's own
 * that races with a step and takes longer than this, but less than {@link FULL_SETTLE_TICKS}, may lose in a replay.
 */
export const SHORT_SETTLE_TICKS = 24;
const EXTENSIONS_PER_MACROTASK = 10;

/** Awaited, it lets one microtask pass and makes no promise, which costs much where promises are tracked. */
export const TICK: Promise<void> = Promise.resolve();

/** Waits until `ticks` microtasks in a row leave the count as it is. Every tenth new beginning waits a macrotask. */
export async function settle(ticks: number, count: () => number): Promise<void> {
  let extensions = 0;
  let last = count();
  for (let quiet = 0; quiet < ticks; quiet++) {
    await TICK;
    const now = count();
    if (now === last) continue;
    last = now;
    quiet = -1;
    if (++extensions % EXTENSIONS_PER_MACROTASK === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
