/**
 * Sessions: names and ids that tie events together, set by hand or inherited from the events of the run that sends.
 * Called by `send`, by the client and by the handler. See docs/sdk.md#sessions.
 */
import { invalidOption } from "../errors/index.ts";
import type { EventMeta, EventPayload, EventSessions } from "../protocol/event.ts";
import { runStorage } from "../steps/index.ts";

const INHERITED_MAX = 5;

/** What a run passes on to what it sends. */
export interface Inheritance {
  sessions: EventSessions;
  /** Whether it stands in place of what an event says of inherited sessions itself. */
  overrides: boolean;
}

/**
 * Events with what they inherit from the run that sends them, as middleware sees them.
 * @param inherited sessions of the run that sends; none outside of runs.
 */
export function withInherited(events: readonly EventPayload[], inherited: Inheritance): EventPayload[] {
  const { sessions, overrides } = inherited;
  if (isEmpty(sessions)) return [...events];
  return events.map((event) => {
    // Sending says what is wrong with it.
    if (typeof event !== "object" || event === null) return event;
    const hasOwn = event.meta?.propagated_sessions !== undefined && !overrides;
    return hasOwn ? event : { ...event, meta: { ...event.meta, propagated_sessions: { ...sessions } } };
  });
}

/**
 * An event's `meta` as it travels: ids as texts. Undefined when there is nothing. Unknown fields are left out.
 * @param where the event, for the error.
 * @throws {StepwellError} `invalid_option` for a session without a name, or with an id that is empty or no text or number.
 */
export function toMeta(meta: EventMeta | undefined, where: string): EventMeta | undefined {
  const { sessions, propagated_sessions: given = {} } = meta ?? {};
  const propagated = checked(given, false, where);
  const own = sessions === undefined || sessions === null ? sessions : checked(sessions, true, where);
  const out: EventMeta = {
    ...(own === undefined || (own !== null && isEmpty(own)) ? {} : { sessions: own }),
    ...(isEmpty(propagated) ? {} : { propagated_sessions: propagated as EventSessions }),
  };
  return isEmpty(out) ? undefined : out;
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/**
 * What is sent outside of a step inherits the sessions of the run that it stands in, as far as the runtime can tell.
 * @param given what a step passes on; undefined outside of steps.
 */
export function inheritanceOf(client: object, given: EventSessions | undefined, isOn: boolean): Inheritance {
  const run = given === undefined ? runStorage()?.getStore() : undefined;
  const sessions = given ?? ((run?.app === client && run.sessions?.()) || {});
  return { sessions: isOn ? sessions : {}, overrides: given !== undefined };
}

/** The sessions that all events of a run share: what its own events and handlers inherit. At most 5, by the order of their names. */
export function sharedSessions(events: readonly { meta?: EventMeta }[]): Record<string, string> {
  const [first, ...rest] = events.map(({ meta }) => sessionsOf(meta));
  const shared = Object.entries(first ?? {}).filter(([key, id]) => rest.every((other) => other[key] === id));
  return Object.fromEntries(shared.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, INHERITED_MAX));
}

function sessionsOf(meta: EventMeta | undefined): Record<string, string> {
  // What the event inherited is among them: the engine has added it.
  const ids = Object.entries(meta?.sessions ?? {}).filter(([, id]) => id !== null);
  return Object.fromEntries(ids.map(([key, id]) => [key, String(id)]));
}

function checked(sessions: unknown, byHand: boolean, where: string): Record<string, string | null> {
  const isObject = typeof sessions === "object" && sessions !== null && !Array.isArray(sessions);
  const entries = Object.entries(isObject ? sessions : { "": 0 });
  return Object.fromEntries(
    entries.map(([key, id]) => {
      const isCut = byHand && id === null;
      const isId = typeof id === "string" ? id !== "" : Number.isFinite(id);
      if (key !== "" && (isId || isCut)) return [key, isCut ? null : String(id)];
      throw invalidOption(
        `${where}: \`meta.sessions\` is wrong${isObject ? ` at "${key}"` : ""}; allowed: names with texts, numbers${byHand ? " or null" : ""}`,
      );
    }),
  );
}
