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
import {
  defined,
  fromSpecs,
  isRecord,
  isText,
  list,
  type Report,
  type Rule,
  rule,
  shape,
  show,
} from "../options/index.ts";
import { internalEvents, type ReceivedEvent } from "../protocol/event.ts";
import { triggerOptions } from "../protocol/function-options.ts";
import * as limits from "../protocol/limits.ts";
import type { Trigger } from "../protocol/registration.ts";
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

const ALIASES = /^@((annual|dai|hour|month|week|year)ly|midnight)$/;
const CRON_PREFIX = /^(?:CRON_)?TZ=\S+\s+/;
/** Five fields. */
const FIELDS = /^[0-9A-Za-z*,/?#-]+(\s+[0-9A-Za-z*,/?#-]+){4}$/;

const { event: eventName, if: condition, jitter, missed } = fromSpecs(triggerOptions);
const cronText: Rule = rule(
  `a text of 1 to ${limits.triggerNameLength} characters`,
  (value) => isText(value) && value.length <= limits.triggerNameLength,
);

const schedule: Rule = rule('five fields such as "30 6 * * 1-5", optionally after "TZ=Europe/Berlin "', (cron) => {
  const fields = (cron as string).replace(CRON_PREFIX, "").trim();
  return ALIASES.test(fields) || FIELDS.test(fields);
});

const eventTrigger: Rule = shape(
  {
    event: (event, path, report) => eventName(isEventType(event) ? event.name : event, path, report),
    if: condition,
  },
  "event",
);

const cronTrigger: Rule = shape({
  cron: (cron, path, report) => {
    for (const check of [cronText, schedule]) check(cron, path, report);
  },
  jitter,
  missed,
});

const trigger: Rule = (value, path, report) => {
  const { event, cron } = (value ?? {}) as { event?: unknown; cron?: unknown };
  if ((event === undefined) === (cron === undefined)) {
    const given = !isRecord(value)
      ? `is ${show(value)}`
      : `has ${event === undefined ? "neither event nor" : "both event and"} cron`;
    report(path, given, 'an event type, `{ event: "name", if? }` or `{ cron: "0 6 * * *", jitter?, missed? }`');
  }
  if (!isEventType(value)) (cron === undefined ? eventTrigger : cronTrigger)(value, path, report);
};

const triggerList: Rule = list(trigger, 0, limits.triggersPerFunction);

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
export function parseTriggers(report: Report, given: unknown = []): ParsedTriggers {
  const list = Array.isArray(given) ? given : [given];
  triggerList(list, "triggers", report);
  const triggers: Trigger[] = [];
  const accepted: AcceptedEvent[] = [];
  let check: CheckEvents | null = null;
  for (const one of list as (EventTriggerInput<string | EventType> & CronTriggerInput)[]) {
    const { event, if: expression, cron, jitter, missed } = one;
    const type = isEventType(one) ? one : isEventType(event) ? event : null;
    const name = cron === undefined ? (type?.name ?? (event as string)) : internalEvents.scheduledTimer;
    const schema = type?.schema ?? null;
    if (schema !== null) check = type?.["~check"] ?? null;
    accepted.push({ name, schema });
    if (name === internalEvents.functionInvoked) continue;
    triggers.push(
      defined<Trigger>(
        cron === undefined
          ? { event: name, expression }
          : { cron, jitter: jitter === undefined ? undefined : toWireDuration(jitter), missed },
      ),
    );
  }
  return { triggers, accepted: check === null ? [] : accepted, check };
}
