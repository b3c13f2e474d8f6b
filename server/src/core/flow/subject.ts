/**
 * An event that starts a function, and the keys and conditions that flow control reads from it. Called by the other files
 * of this folder. What fails to evaluate is logged and counts as null: no event is lost to it.
 *
 * Main file of the room `flow`. One file a control: what settings and an event come to when a run is to start. What
 * they forbid, the store decides.
 */
import type { KnownFunction } from "../../domain/app.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { Logger } from "../../ports/logger.ts";
import { conditionEvent, evaluateCondition } from "../expression/condition.ts";
import { evaluateKey, evaluateNumber } from "../expression/key.ts";

export interface Subject {
  parts: { logger: Logger };
  fn: KnownFunction;
  event: EventRecord;
  /** The event as expressions see it. Parsed when it is first asked for, and then kept: an event may start many functions. */
  view: () => Record<string, unknown>;
  /** Milliseconds since 1970. */
  now: number;
}

export function lazyView(event: EventRecord): () => Record<string, unknown> {
  let view: Record<string, unknown> | null = null;
  return () => {
    view ??= conditionEvent(event);
    return view;
  };
}

/** The value of a key: plain JSON, and its canonical text. `option` is the option that it stands in. */
export function keyOf(subject: Subject, option: string, expression: string): { value: unknown; text: string } {
  const key = evaluateKey(expression, subject.view(), subject.now);
  if (key.ok) return key;
  warn(subject, option, key.error);
  return { value: null, text: "null" };
}

/** Null when it fails. */
export function numberOf(subject: Subject, option: string, expression: string): number | null {
  const number = evaluateNumber(expression, subject.view(), subject.now);
  if (number.ok) return number.value;
  warn(subject, option, number.error);
  return null;
}

/** False when it does not hold or fails. */
export function conditionHolds(subject: Subject, option: string, expression: string): boolean {
  const { holds, error } = evaluateCondition(expression, { event: subject.view(), now: subject.now });
  if (error !== null) warn(subject, option, error);
  return holds;
}

function warn({ parts, fn, event }: Subject, option: string, error: string): void {
  parts.logger.warn({ function: fn.slug, event: event.name, option, error }, "A flow control expression failed");
}
