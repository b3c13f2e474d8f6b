/**
 * Concurrency limits of a run: those that its calls, and the run itself, count against. The store enforces them.
 * See docs/flow-control.md#concurrency.
 */
import type { ConcurrencyLimit } from "../../domain/flow.ts";
import { entryOf, flowInForce } from "../../domain/limit-override.ts";
import type { Slot } from "../../domain/queue/lane.ts";
import { hashKey, keyLabel } from "./flow-key.ts";
import { keyOf, type Subject } from "./subject.ts";

/** Slots that its calls take, and those that the run holds from start to end. Key values are those of now. */
export function slotsOf(subject: Subject): { slots: Slot[]; runSlots: Slot[] } {
  const { concurrency, runConcurrency } = flowInForce(subject.fn.flow, subject.fn.overrides);
  return {
    slots: concurrency.map((limit) => toSlot(subject, "steps", limit)),
    runSlots: runConcurrency.map((limit) => toSlot(subject, "runs", limit)),
  };
}

/** `env` and `account` limits are shared by all functions whose key has the same value, whatever the key's expression. */
function toSlot(subject: Subject, kind: "steps" | "runs", concurrency: ConcurrencyLimit): Slot {
  const { fn } = subject;
  const { limit, key, scope } = concurrency;
  const entry = entryOf(concurrency);
  if (key === null) return { key: `${kind}:fn:${fn.id}`, limit, label: fn.slug, entry };
  const { text } = keyOf(subject, "concurrency.key", key);
  const place = scope === "fn" ? `fn:${fn.id}:${hashKey(key, text)}` : `${scope}:${hashKey(text)}`;
  return { key: `${kind}:${place}`, limit, label: keyLabel(key, text), entry };
}
