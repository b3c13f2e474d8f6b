/** What starts a function: events and schedules, as users write them and as they are registered. */
import type { DurationInput } from "../duration/index.ts";
import {
  type AcceptedEvent,
  type CheckEvents,
  type EventRecord,
  type EventReference,
  type EventType,
  isEventType,
  type ReferencedEvent,
} from "../events/index.ts";
import { internalEvents, type ReceivedEvent } from "../protocol/event.ts";
import * as limits from "../protocol/limits.ts";
import type { CronTrigger, Trigger } from "../protocol/registration.ts";
import { optionError } from "./option-error.ts";
import { duration, oneOf, type Report, shape, show } from "./option-rules.ts";
import { toWireDuration } from "./wire-duration.ts";

/** Starts the function for each event of this name; `*` at the end, after `/` or `.`, matches any rest. */
export interface EventTriggerInput<TEvent = string> {
  event: TEvent;
  /** CEL over `event`; the function runs only when it gives true. */
  if?: string;
}

/** Starts the function on a schedule. */
export interface CronTriggerInput {
  /** Five fields, optionally after `TZ=Area/City `. */
  cron: string;
  /** Longest random delay added to each run, 1 s to 5 min, e.g. `"30s"`. */
  jitter?: DurationInput;
  /** What makes up for ticks that passed while no engine ran: nothing, one run, or one run each. Default: `one`. */
  missed?: "skip" | "one" | "all";
}

export type TriggerInput<TEvents extends EventRecord> =
  | EventTriggerInput<EventReference<TEvents> | `${string}*`>
  | CronTriggerInput
  // biome-ignore lint/suspicious/noExplicitAny: an event type with data of any kind
  | EventType<string, any>;

/** Several triggers, or one. */
export type Triggers<TEvents extends EventRecord> = TriggerInput<TEvents> | readonly TriggerInput<TEvents>[];

/** The event, typed, that a handler gets for its triggers. */
export type TriggeredEvent<TEvents extends EventRecord, TTriggers> = TTriggers extends readonly (infer TOne)[]
  ? EventOf<TEvents, TOne>
  : EventOf<TEvents, TTriggers>;

type EventOf<TEvents extends EventRecord, TTrigger> =
  TTrigger extends EventType<infer TName, infer TData>
    ? ReceivedEvent<TName, TData>
    : TTrigger extends { event: infer TReference }
      ? ReferencedEvent<TEvents, TReference>
      : TTrigger extends { cron: string }
        ? ReceivedEvent<"inngest/scheduled.timer", { cron: string }>
        : never;

/** The data that an invocation may pass: what `invoke()` declares, else what any of the events carries. */
export type InvokeData<TEvents extends EventRecord, TTriggers> = DataOf<TriggeredEvent<TEvents, TTriggers>>;

type DataOf<TEvent extends { name: string; data: unknown }> = [Extract<TEvent, Invoked>] extends [never]
  ? Exclude<TEvent, { name: "inngest/scheduled.timer" }>["data"]
  : Extract<TEvent, Invoked>["data"];

interface Invoked {
  name: "inngest/function.invoked";
}

const ALIASES = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
const CRON_PREFIX = /^(?:CRON_)?TZ=\S+\s+/;
/** A name without a star, or with one at the end of a part. */
const WILDCARD = /^[^*]*$|^[^*]*[/.]\*$/;
const CRON_FIELD = /^[0-9A-Za-z*,/?#-]+$/;
const ALLOWED = '`{ event: "name", if? }`, an event type or `{ cron: "0 6 * * *", jitter?, missed? }`';

/** A function's triggers as they are registered, and what their schemas say of events. */
export interface ParsedTriggers {
  triggers: Trigger[];
  /** What the triggers accept; empty when no trigger has a schema. */
  accepted: AcceptedEvent[];
  /** Checks events against `accepted`; null when no trigger has a schema. */
  check: CheckEvents | null;
}

/**
 * Checks a function's triggers and turns them into what is registered.
 * @throws {StepwellError} `invalid_option`, naming the function, the option and what is allowed.
 */
export function parseTriggers(functionId: string, given: unknown): ParsedTriggers {
  const report: Report = (path, problem, allowed) => {
    throw optionError(functionId, path, problem, allowed);
  };
  const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
  if (list.length > limits.triggersPerFunction) {
    report("triggers", `has ${list.length} entries`, `at most ${limits.triggersPerFunction}`);
  }
  const triggers: Trigger[] = [];
  const accepted: AcceptedEvent[] = [];
  let check: CheckEvents | null = null;
  list.forEach((one: unknown, index) => {
    const { trigger, type } = parseTrigger(one, `triggers[${index}]`, report);
    const name = "event" in trigger ? trigger.event : internalEvents.scheduledTimer;
    const schema = type?.schema ?? null;
    if (schema !== null) check = type?.["~check"] ?? null;
    accepted.push({ name, schema });
    if (name !== internalEvents.functionInvoked) triggers.push(trigger);
  });
  return { triggers, accepted: check === null ? [] : accepted, check };
}

function parseTrigger(given: unknown, path: string, report: Report): { trigger: Trigger; type: EventType | null } {
  if (typeof given !== "object" || given === null) return report(path, `is ${show(given)}`, ALLOWED);
  const {
    event,
    if: expression,
    cron,
    jitter,
    missed,
    ...rest
  } = (isEventType(given) ? { event: given } : given) as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) report(path, `has the unknown key "${unknown}"`, ALLOWED);
  if ((event === undefined) === (cron === undefined)) {
    report(path, event === undefined ? "has neither event nor cron" : "has both event and cron", ALLOWED);
  }
  if (cron !== undefined) {
    if (expression !== undefined) report(path, "has `if` beside `cron`", ALLOWED);
    return { trigger: parseCron({ cron, jitter, missed }, path, report), type: null };
  }
  const name = text(isEventType(event) ? event.name : event, `${path}.event`, report);
  if (!WILDCARD.test(name)) report(`${path}.event`, `is "${name}"`, '`*` only as the last character, after "/" or "."');
  const wrong = jitter !== undefined ? "jitter" : missed !== undefined ? "missed" : null;
  if (wrong !== null) report(path, `has \`${wrong}\` beside \`event\``, ALLOWED);
  return {
    trigger: {
      event: name,
      ...(expression === undefined ? {} : { expression: text(expression, `${path}.if`, report) }),
    },
    type: isEventType(event) ? event : null,
  };
}

const SCHEDULE = shape({
  jitter: duration(" from 1s to 5m", limits.periodMinMs, limits.cronJitterMaxMs),
  missed: oneOf("skip", "one", "all"),
});

function parseCron(
  given: { cron: unknown; jitter: unknown; missed: unknown },
  path: string,
  report: Report,
): CronTrigger {
  const { jitter, missed } = given;
  const cron = text(given.cron, `${path}.cron`, report);
  const schedule = cron.replace(CRON_PREFIX, "").trim();
  const fields = schedule.split(/\s+/);
  if (!ALIASES.test(schedule) && (fields.length !== 5 || !fields.every((field) => CRON_FIELD.test(field)))) {
    report(`${path}.cron`, `is "${cron}"`, 'five fields such as "30 6 * * 1-5", optionally after "TZ=Europe/Berlin "');
  }
  SCHEDULE({ jitter, missed }, path, report);
  return {
    cron,
    ...(jitter === undefined ? {} : { jitter: toWireDuration(jitter as DurationInput) }),
    ...(missed === undefined ? {} : { missed: missed as "skip" }),
  };
}

function text(value: unknown, path: string, report: Report): string {
  const fine = typeof value === "string" && value.trim() !== "" && value.length <= limits.triggerNameLength;
  if (!fine) report(path, `is ${show(value)}`, `a text of 1 to ${limits.triggerNameLength} characters`);
  return value as string;
}
