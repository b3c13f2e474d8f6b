/** What starts a function: events and schedules, as users write them and as they are registered. */

import type { EventName, EventRecord, HandlerEvent } from "../events/index.ts";
import type { ReceivedEvent } from "../protocol/event.ts";
import { internalEvents } from "../protocol/event.ts";
import { limits } from "../protocol/limits.ts";
import type { Trigger } from "../protocol/registration.ts";
import { optionError } from "./option-error.ts";

/** Starts the function for each event of this name; `*` at the end matches any rest. */
export interface EventTriggerInput<TName extends string = string> {
  event: TName;
  /** CEL over `event`; the function runs only when it gives true. */
  if?: string;
}

/** Starts the function on a schedule. */
export interface CronTriggerInput {
  /** Five fields, optionally after `TZ=Area/City `. */
  cron: string;
  /** Longest random delay added to each run, e.g. `"30s"`. */
  jitter?: string;
}

export type TriggerInput<TEvents extends EventRecord> =
  | EventTriggerInput<EventName<TEvents> | `${string}*` | `inngest/${string}`>
  | CronTriggerInput;

/** The event, typed, that a handler gets for its triggers. */
export type TriggeredEvent<TEvents extends EventRecord, TTriggers> = TTriggers extends readonly (infer TOne)[]
  ? EventOf<TEvents, TOne>
  : EventOf<TEvents, TTriggers>;

type EventOf<TEvents extends EventRecord, TTrigger> = TTrigger extends { event: infer TName }
  ? HandlerEvent<TEvents, TName>
  : TTrigger extends { cron: string }
    ? ReceivedEvent<"inngest/scheduled.timer", { cron: string }>
    : never;

const ALIASES = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const CRON_PREFIX = /^(?:CRON_)?TZ=\S+\s+/;
const CRON_FIELD = /^[0-9A-Za-z*,/?#-]+$/;

/**
 * Checks a function's triggers and turns them into what is registered.
 * @throws {StepwellError} `invalid_option`, naming the function, the option and what is allowed.
 */
export function parseTriggers(functionId: string, given: unknown): Trigger[] {
  const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
  if (list.length > limits.triggersPerFunction) {
    throw optionError(functionId, "triggers", `has ${list.length} entries`, `at most ${limits.triggersPerFunction}`);
  }
  return list
    .map((trigger: unknown, index) => parseTrigger(functionId, `triggers[${index}]`, trigger))
    .filter((trigger) => !("event" in trigger) || trigger.event !== internalEvents.functionInvoked);
}

function parseTrigger(functionId: string, option: string, given: unknown): Trigger {
  const allowed = '`{ event: "name", if? }` or `{ cron: "0 6 * * *", jitter? }`';
  if (typeof given !== "object" || given === null) throw optionError(functionId, option, `is ${show(given)}`, allowed);
  const { event, if: expression, cron, jitter, ...rest } = given as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw optionError(functionId, option, `has the unknown key "${unknown}"`, allowed);
  if ((event === undefined) === (cron === undefined)) {
    throw optionError(
      functionId,
      option,
      event === undefined ? "has neither event nor cron" : "has both event and cron",
      allowed,
    );
  }
  if (cron !== undefined) {
    if (expression !== undefined) throw optionError(functionId, option, "has `if` beside `cron`", allowed);
    return {
      cron: checkCron(functionId, option, cron),
      ...(jitter === undefined ? {} : { jitter: text(functionId, `${option}.jitter`, jitter) }),
    };
  }
  const name = text(functionId, `${option}.event`, event);
  const star = name.indexOf("*");
  if (star !== -1 && star !== name.length - 1) {
    throw optionError(functionId, `${option}.event`, `is "${name}"`, "`*` only as the last character");
  }
  return {
    event: name,
    ...(expression === undefined ? {} : { expression: text(functionId, `${option}.if`, expression) }),
  };
}

function checkCron(functionId: string, option: string, given: unknown): string {
  const cron = text(functionId, `${option}.cron`, given);
  const schedule = cron.replace(CRON_PREFIX, "").trim();
  const fields = schedule.split(/\s+/);
  const fine = ALIASES.test(schedule) || (fields.length === 5 && fields.every((field) => CRON_FIELD.test(field)));
  if (!fine) {
    throw optionError(
      functionId,
      `${option}.cron`,
      `is "${cron}"`,
      'five fields such as "30 6 * * 1-5", optionally after "TZ=Europe/Berlin "',
    );
  }
  return cron;
}

function text(functionId: string, option: string, value: unknown): string {
  const fine = typeof value === "string" && value.trim() !== "" && value.length <= limits.triggerNameLength;
  if (!fine) {
    throw optionError(functionId, option, `is ${show(value)}`, `a text of 1 to ${limits.triggerNameLength} characters`);
  }
  return value;
}

function show(value: unknown): string {
  return typeof value === "string" ? `"${value.slice(0, 60)}"` : value === null ? "null" : typeof value;
}
