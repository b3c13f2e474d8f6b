/**
 * A store whose questions under way are counted, so that a test knows when an engine has come to rest, whether the store answers at
 * once or over a socket. Also counts what is asked of a part of it.
 */
import type { Store } from "../../server/src/ports/store.ts";

export interface WatchedStore {
  store: Store;
  /** How often each method was asked, by its name; those of a part as `alerts.listRules`. */
  asked: Map<string, number>;
  /** Resolves when nothing has been under way for a while of the event loop. */
  idle(): Promise<void>;
}

const quietTurns = 8;

export function watchStore(inner: Store): WatchedStore {
  const asked = new Map<string, number>();
  let underWay = 0;
  const watch = <T extends object>(target: T, prefix: string): T =>
    new Proxy(target, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name);
        if (name === "alerts" && prefix === "") return watch(value as object, "alerts.");
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          const key = prefix + String(name);
          asked.set(key, (asked.get(key) ?? 0) + 1);
          const answer: unknown = value.apply(of, args);
          if (!(answer instanceof Promise)) return answer;
          underWay += 1;
          return answer.finally(() => {
            underWay -= 1;
          });
        };
      },
    });
  return {
    store: watch(inner, ""),
    asked,
    async idle() {
      for (let quiet = 0; quiet < quietTurns; quiet = underWay === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
