/** A promise that is settled from outside. */

/** A promise and what settles it. */
export interface DeferredPromise<T> {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes a promise that a test settles when it wants to, e.g. from a step's handler.
 * @example
 * ```ts
 * import { createDeferredPromise } from "stepwell/testing";
 *
 * const { promise, resolve } = createDeferredPromise<string>();
 * resolve("now");
 * export const soon = promise;
 * ```
 */
export function createDeferredPromise<T = void>(): DeferredPromise<T> {
  let settle: Pick<DeferredPromise<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as unknown as Pick<DeferredPromise<T>, "resolve" | "reject">) };
}
