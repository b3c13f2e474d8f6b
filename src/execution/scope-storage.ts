/** Asynchronous context as the step driver needs it: within the run at hand. Made by execute for one call. */
import type { ScopeStorage, StepScope } from "../middleware/index.ts";
import { type CurrentRun, runStorage } from "../steps/index.ts";

/** Null where the runtime has no AsyncLocalStorage. */
export function scopeStorage(current: CurrentRun): ScopeStorage | null {
  const storage = runStorage();
  if (!storage) return null;
  const own = (): CurrentRun | null => {
    const store = storage.getStore();
    return store && store.register === current.register ? store : null;
  };
  return {
    get: () => (own()?.scope as StepScope | undefined) ?? null,
    run: (scope, work) => storage.run({ ...(own() ?? current), scope }, work),
  };
}
