/** Waiting for a program to come to rest, in microtasks. Used by the replay machine alone. */

/** Microtasks in a row without news after which user code counts as at rest. */
export const FULL_SETTLE_TICKS = 100;
/** The same while a program does one thing after the other, where there is no order to get wrong. */
export const SHORT_SETTLE_TICKS = 10;
const EXTENSIONS_PER_MACROTASK = 10;

/** Waits until `ticks` microtasks in a row leave the count as it is. Every tenth new beginning waits a macrotask. */
export async function settle(ticks: number, count: () => number): Promise<void> {
  let extensions = 0;
  let last = count();
  for (let quiet = 0; quiet < ticks; quiet++) {
    await undefined;
    const now = count();
    if (now === last) continue;
    last = now;
    quiet = -1;
    if (++extensions % EXTENSIONS_PER_MACROTASK === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Waits a fixed number of microtasks. */
export async function tick(ticks: number): Promise<void> {
  for (let i = 0; i < ticks; i++) await undefined;
}
