/** Rows of the table `locks` that stand for what is waited for, and number the waits for it. For the loads and loaded-rows.ts. */
import type { KeyLock } from "./load.ts";

/** Events and waits of a name that are written at the same time must not miss each other. */
export const nameLock = (name: string, mode: KeyLock["mode"]): KeyLock => ({ key: `waits:${name}`, mode });
export const signalLock = (signal: string): KeyLock => ({ key: `signal:${signal}`, mode: "exclusive" });

/** The numbers of waits for events of a name come from the row that locks the name. */
export function counterOf({ kind, name }: { kind: string; name: string }): string {
  if (kind === "signal") return signalLock(name).key;
  return kind === "invoke" ? `invoke:${name}` : nameLock(name, "exclusive").key;
}
