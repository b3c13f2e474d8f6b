/** The throttle that a run's start must pass. The store enforces it. */
import { flowInForce } from "../../domain/limit-override.ts";
import type { Throttle } from "../../domain/queue/lane.ts";
import { hashKey, keyLabel } from "./flow-key.ts";
import { keyOf, type Subject } from "./subject.ts";

/** Null for a function without a throttle. */
export function throttleOf(subject: Subject): Throttle | null {
  const { fn } = subject;
  const { throttle } = flowInForce(fn.flow, fn.overrides);
  if (throttle === null) return null;
  const { key, ...pace } = throttle;
  if (key === null) return { ...pace, key: fn.id, label: fn.slug };
  const { text } = keyOf(subject, "throttle.key", key);
  return { ...pace, key: `${fn.id}:${hashKey(key, text)}`, label: keyLabel(key, text) };
}
