/** Does one thing to many, some at once, so that others get their turn in between. Called by routes that take or look at many runs. */

/** Enough for commits to share a sync, few enough to leave a store's connections to others. */
const atOnce = 25;

/** Results stand in the order of `items`. */
export async function inBatches<T, R>(items: readonly T[], one: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    results.push(...(await Promise.all(items.slice(from, from + atOnce).map(one))));
  return results;
}
