/** An event that is waited for or that cancels a run, as options name it. Called by `step.waitForEvent` and `cancelOn`. */
import { type DurationInput, type InstantLike, notNegative, toTimeStringOrTimestamp } from "../duration/index.ts";
import { defined, isText, type Rule, rule, shape, text, waitTime } from "../options/index.ts";
import type { EventType } from "./event-type.ts";

/** What to look for, as it travels. */
export interface EventMatch {
  /** The event's name. */
  event: string;
  timeout?: string;
  /** CEL over `event`, which started the run, and `async`, which has come. */
  if?: string;
}

const event: Rule = rule("an event's name or an event type", (given) => isText(nameOf(given)));

/** The rule for `{ event, timeout, match? or if? }`. */
export function eventMatch(...required: string[]): Rule {
  const fields = shape({ event, timeout: waitTime, match: text, if: text }, ...required);
  return (value, path, report) => {
    fields(value, path, report);
    const { match, if: condition } = value as { match?: unknown; if?: unknown };
    if (match !== undefined && condition !== undefined) report(path, "has both match and if", "one of them");
  };
}

type Time = DurationInput | Date | InstantLike;

/** Reads what {@link eventMatch} has let through. @param toText puts the timeout into the protocol's words. */
export function toEventMatch(
  given: unknown,
  toText: (timeout: Time) => string = (timeout) => toTimeStringOrTimestamp(notNegative(timeout)),
): EventMatch {
  const {
    event,
    timeout,
    match,
    if: condition,
  } = given as {
    event: string | EventType;
    timeout?: Time;
    match?: string;
    if?: string;
  };
  return defined<EventMatch>({
    event: nameOf(event) as string,
    timeout: timeout === undefined ? undefined : toText(timeout),
    if: match === undefined ? condition : `event.${match} == async.${match}`,
  });
}

function nameOf(event: unknown): unknown {
  return typeof event === "string" ? event : (event as { name?: unknown } | null)?.name;
}
