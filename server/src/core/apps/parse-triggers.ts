/**
 * Reads the triggers of a function out of a registration. Called by parse-registration. Pure but for the clock reading that
 * crons need.
 */
import type { CronTrigger, Trigger } from "stepwell/protocol";
import { nextTick } from "../crons/cron-expression.ts";
import { isUnset, parseJitter, parseMissed, trimmed } from "../crons/parse-recurrence.ts";
import { compileCondition } from "../expression/condition.ts";
import type { EngineLimits } from "../limits/limits.ts";

type Raw = Record<string, unknown>;

function parseEventTrigger(raw: Raw, limits: EngineLimits): Trigger {
  const event = trimmed(raw.event);
  if (event === "")
    throw new Error('a trigger needs an `event` name or a `cron`, e.g. { event: "shop/order.created" }');
  if (event.length > limits.triggerNameLength)
    throw new Error(
      `the event name of a trigger has ${event.length} characters, the most is ${limits.triggerNameLength}`,
    );
  const star = event.indexOf("*");
  if (star !== -1 && (star !== event.length - 1 || !/[/.]\*$/.test(event))) {
    throw new Error(`the wildcard in "${event}" must come last, after "/" or ".", as in "shop/*"`);
  }
  const expression = trimmed(raw.expression);
  if (expression === "") return { event };
  compileCondition(expression);
  return { event, expression };
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

function refuseDuplicateCrons(triggers: Trigger[]): void {
  const crons = triggers.flatMap((trigger) => ("cron" in trigger ? [trigger.cron] : []));
  const twice = crons.find((cron, index) => crons.indexOf(cron) !== index);
  if (twice !== undefined) throw new Error(`the cron "${twice}" stands twice among its triggers; remove one`);
}

/** @throws Error that says what is wrong with the first bad one */
export function parseTriggers(raw: unknown, now: number, limits: EngineLimits): Trigger[] {
  const list = raw ?? [];
  if (!Array.isArray(list)) throw new Error("`triggers` must be an array");
  if (list.length > limits.triggersPerFunction)
    throw new Error(`it has ${list.length} triggers, the most is ${limits.triggersPerFunction}`);
  const triggers = list.map((trigger) => parseTrigger(trigger, now, limits));
  refuseDuplicateCrons(triggers);
  return triggers;
}
