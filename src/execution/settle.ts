/**
 * Waiting for a program to come to rest: until nothing that it has begun can go on by itself. Used by the replay machine alone.
 * Where the runtime tells when no microtask is left, that is the moment; elsewhere microtasks are counted.
 */

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

type NextTick = (callback: () => void) => void;

interface Runtime {
  process?: { versions?: { node?: string }; nextTick?: NextTick & { clock?: unknown } };
}

/** Whether `nextTick` calls back after every microtask. Null until that has been tried: where Node.js is only imitated, it does not. */
let nextTickIsLast: boolean | null = null;

/** Calls back once no microtask is left. Null where nothing does, and where a test's clock stands in its place. */
export function microtasksEnd(): NextTick | null {
  return nextTickIsLast ? nextTick() : null;
}

function nextTick(): NextTick | null {
  const { process } = globalThis as unknown as Runtime;
  const found = process?.versions?.node === undefined ? undefined : process.nextTick;
  return found && found.clock === undefined ? found : null;
}

/**
 * Waits until no microtask is left. Where that cannot be seen: until `ticks` microtasks in a row leave the count as it is;
 * every tenth new beginning waits a macrotask.
 */
export async function settle(ticks: number, count: () => number): Promise<void> {
  nextTickIsLast ??= await isLast(nextTick());
  const end = microtasksEnd();
  if (end) return new Promise((resolve) => end(resolve));
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

/** @returns null when there is nothing to try. */
async function isLast(nextTick: NextTick | null): Promise<boolean | null> {
  if (nextTick === null) return null;
  let called = false;
  nextTick(() => {
    called = true;
  });
  for (let i = 0; i < FULL_SETTLE_TICKS; i++) await TICK;
  return !called;
}
