/**
 * Priority: seconds by which a run goes ahead of those that were queued before it.
 * See docs/flow-control.md#priority.
 */
import { numberOf, type Subject } from "./subject.ts";

/** 12 hours, in seconds. Authors are promised -600 to 600; servers have always taken more. */
const mostSeconds = 43_200;

/** What its place in the queue goes by, milliseconds since 1970: the time at which it was queued, less its priority. */
export function rankOf(subject: Subject, queuedAt: number): number {
  const expression = subject.fn.flow.priority;
  const seconds = expression === null ? 0 : (numberOf(subject, "priority.run", expression) ?? 0);
  return queuedAt - Math.trunc(Math.min(Math.max(seconds, -mostSeconds), mostSeconds)) * 1000;
}
