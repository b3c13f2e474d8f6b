/** `getAsyncCtx` and `runWithAsyncCtx`: which run code belongs to, for libraries that are handed no `step`. */
import type { Inngest } from "../client/index.ts";
import { type AsyncExecution, runStorage } from "../steps/index.ts";

/** Which app and which run code belongs to. */
export interface AsyncContext {
  /** The client of the app. */
  // biome-ignore lint/suspicious/noExplicitAny: a client of any kind
  app: Inngest<any, any>;
  /** Absent outside of a run. */
  execution?: AsyncExecution;
}

/**
 * Says which run the calling code belongs to; in a step's function, also which step. Undefined outside of runs, and in
 * runtimes without AsyncLocalStorage.
 * @example
 * ```ts
 * import { getAsyncCtx } from "stepwell/experimental";
 *
 * export async function durably<T>(id: string, work: () => Promise<T>): Promise<unknown> {
 *   const step = (await getAsyncCtx())?.execution?.ctx.step;
 *   return step ? step.run(id, work) : work();
 * }
 * ```
 */
export async function getAsyncCtx(): Promise<AsyncContext | undefined> {
  return runStorage()?.getStore() as AsyncContext | undefined;
}

/**
 * Calls a function as if it belonged to a run: what `getAsyncCtx` gives there, and what the exported `step` works with.
 * In runtimes without AsyncLocalStorage it is only called.
 * @param context what `getAsyncCtx` gave, such as before a queue or a pool lost it.
 * @example
 * ```ts
 * import { getAsyncCtx, runWithAsyncCtx } from "stepwell/experimental";
 *
 * export async function bound<T>(callback: () => T): Promise<() => T> {
 *   const context = await getAsyncCtx();
 *   return () => (context ? runWithAsyncCtx(context, callback) : callback());
 * }
 * ```
 */
export function runWithAsyncCtx<T>(context: AsyncContext, callback: () => T): T {
  const storage = runStorage();
  return storage ? storage.run(context, callback) : callback();
}
