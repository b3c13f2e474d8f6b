/**
 * Reads the triggers of a function out of a registration. Called by parse-registration. Pure but for the clock reading that
 * crons need.
 */
import { type CronTrigger, type Trigger, triggerOptions } from "stepwell/protocol";
import { nextTick } from "../crons/cron-expression.ts";
import { isUnset, parseJitter, parseMissed, trimmed } from "../crons/parse-recurrence.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { readOption, readOptional } from "./option-reader.ts";

type Raw = Record<string, unknown>;

function parseEventTrigger(raw: Raw, limits: EngineLimits): Trigger {
  if (isUnset(raw.event))
    throw new Error('a trigger needs an `event` name or a `cron`, e.g. { event: "shop/order.created" }');
  const event = readOption(triggerOptions.event, "event", raw.event, { event: limits.triggerNameLength });
  const expression = readOptional(triggerOptions.if, "if", raw.expression);
  return expression === null ? { event } : { event, expression };
}

function parseCronTrigger(raw: Raw, now: number, limits: EngineLimits): Trigger {
  if (!isUnset(raw.event)) throw new Error("a trigger has either `event` or `cron`, not both");
  const cron = trimmed(raw.cron);
  nextTick(cron, now, limits);
  const trigger: CronTrigger = { cron };
  if (parseJitter(raw.jitter, limits) > 0) trigger.jitter = trimmed(raw.jitter);
  if (!isUnset(raw.missed)) trigger.missed = parseMissed(raw.missed);
  return trigger;
}

function parseTrigger(raw: unknown, now: number, limits: EngineLimits): Trigger {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw new Error("a trigger must be an object with `event` or `cron`");
  // Languages whose texts cannot be absent send both keys, one of them empty.
  const { event, cron } = raw as Raw;
  return !isUnset(cron) || (cron === "" && isUnset(event))
    ? parseCronTrigger(raw as Raw, now, limits)
    : parseEventTrigger(raw as Raw, limits);
}

/** A schedule that stands twice is one, as it is for other engines. Two that differ in what else they say are not. */
function withoutRepeatedCrons(triggers: Trigger[]): Trigger[] {
  const seen = new Map<string, string>();
  return triggers.filter((trigger) => {
    if (!("cron" in trigger)) return true;
    const said = JSON.stringify(trigger);
    const before = seen.get(trigger.cron);
    if (before !== undefined && before !== said)
      throw new Error(
        `the cron "${trigger.cron}" stands twice among its triggers, with another jitter or missed; remove one`,
      );
    seen.set(trigger.cron, said);
    return before === undefined;
  });
}

/** @throws Error that says what is wrong with the first bad one */
export function parseTriggers(raw: unknown, now: number, limits: EngineLimits): Trigger[] {
  const list = raw ?? [];
  if (!Array.isArray(list)) throw new Error("`triggers` must be an array");
  if (list.length > limits.triggersPerFunction)
    throw new Error(`it has ${list.length} triggers, the most is ${limits.triggersPerFunction}`);
  return withoutRepeatedCrons(list.map((trigger) => parseTrigger(trigger, now, limits)));
}
