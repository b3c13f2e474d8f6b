/**
 * Reads the triggers of a function out of a registration. Called by parse-registration. Pure but for the clock reading that
 * crons need.
 */
import { type CronTrigger, parseTimeString, limits as protocolLimits, type Trigger } from "stepwell/protocol";
import { missedRules } from "../domain/schedule.ts";
import { toWellFormed } from "../domain/stored-json.ts";
import { nextTick } from "./cron-expression.ts";
import { compileCondition } from "./expression/condition.ts";
import type { EngineLimits } from "./limits.ts";
import { toWord } from "./spelling.ts";

type Raw = Record<string, unknown>;

function text(value: unknown): string {
  return typeof value === "string" ? toWellFormed(value.trim()) : "";
}

function parseEventTrigger(raw: Raw, limits: EngineLimits): Trigger {
  const event = text(raw.event);
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
  const expression = text(raw.expression);
  if (expression === "") return { event };
  compileCondition(expression);
  return { event, expression };
}

const isUnset = (value: unknown): boolean => value === undefined || value === null || value === "";

/**
 * Milliseconds of a jitter such as "30s"; 0 for none.
 * @throws Error when it is no time, or too short or long
 */
export function parseJitter(raw: unknown, limits: Pick<EngineLimits, "cronJitterMaxMs">): number {
  if (isUnset(raw)) return 0;
  const jitterMs = typeof raw === "number" ? raw : parseTimeString(text(raw));
  const { periodMinMs } = protocolLimits;
  if (jitterMs !== null && jitterMs >= periodMinMs && jitterMs <= limits.cronJitterMaxMs) return jitterMs;
  throw new Error(
    `\`jitter\` is ${JSON.stringify(raw)}: expected a time from ${periodMinMs / 1000}s to ${limits.cronJitterMaxMs / 1000}s, such as "30s"`,
  );
}

/** @throws Error when it is no rule */
export function parseMissed(raw: unknown): (typeof missedRules)[number] {
  if (isUnset(raw)) return "one";
  const rule = missedRules.find((known) => known === toWord(raw, missedRules));
  if (rule !== undefined) return rule;
  throw new Error(
    `\`missed\` is ${JSON.stringify(raw)}: expected "skip" (ticks that were missed start nothing), "one" (the latest does) or "all"`,
  );
}

function parseCronTrigger(raw: Raw, now: number, limits: EngineLimits): Trigger {
  if (!isUnset(raw.event)) throw new Error("a trigger has either `event` or `cron`, not both");
  const cron = text(raw.cron);
  nextTick(cron, now, limits);
  const trigger: CronTrigger = { cron };
  if (parseJitter(raw.jitter, limits) > 0) trigger.jitter = text(raw.jitter);
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
