/**
 * Which functions an event starts: each at most once, however many of its triggers it meets.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import type { EventRecord } from "../../domain/event.ts";
import { conditionEvent, evaluateCondition } from "../expression/condition.ts";
import type { Parts } from "../parts/parts.ts";

/** A condition that fails to evaluate does not hold; that is logged. */
export function matchFunctions(parts: Pick<Parts, "registry" | "logger">, event: EventRecord): FunctionRecord[] {
  const candidates = parts.registry.candidates(event.name);
  if (candidates.length === 0) return [];
  const matched = new Set<FunctionRecord>();
  let view: Record<string, unknown> | null = null;
  for (const { fn, condition } of candidates) {
    if (matched.has(fn)) continue;
    if (condition !== null) {
      view ??= conditionEvent(event);
      const { holds, error } = evaluateCondition(condition, { event: view, now: event.receivedAt });
      if (error !== null)
        parts.logger.warn({ function: fn.slug, event: event.name, error }, "A trigger's condition failed to evaluate");
      if (!holds) continue;
    }
    matched.add(fn);
  }
  return [...matched];
}
