/** At most one run at a time: the check that the store makes when it starts a run. */
import type { SingletonCheck } from "../../domain/transition.ts";
import { hashKey } from "./flow-key.ts";
import { keyOf, type Subject } from "./subject.ts";

/** A key of false or null: no check. */
export function singletonOf(subject: Subject): SingletonCheck | null {
  const { fn } = subject;
  if (fn.flow.singleton === null) return null;
  const { key, mode } = fn.flow.singleton;
  if (key === null) return { key: fn.id, mode };
  const { value, text } = keyOf(subject, "singleton.key", key);
  if (value === false || value === null) return null;
  return { key: `${fn.id}:${hashKey(key, text)}`, mode };
}
