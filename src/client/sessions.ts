/**
 * Sessions: names and ids that tie events together, set by hand or inherited from the events of the run that sends.
 * Called by `send` and by the handler. Pure.
 */
import { invalidOption } from "../errors/index.ts";
import type { EventMeta, EventSessions } from "../protocol/event.ts";

const INHERITED_MAX = 5;

/**
 * An event's `meta` as it travels: ids as texts, inherited sessions beside those set by hand. Undefined when there is nothing.
 * @param inherited sessions of the run that sends; `{}` outside of runs.
 * @param where the event, for the error.
 * @throws {StepwellError} `invalid_option` for a session without a name or with an id that is neither text nor number.
 */
export function toMeta(meta: EventMeta | undefined, inherited: EventSessions, where: string): EventMeta | undefined {
  const { sessions, propagated_sessions: propagated = inherited, ...rest } = meta ?? {};
  const all = sessions === null ? {} : checked(propagated, false, where);
  const out: EventMeta = {
    ...rest,
    ...(sessions === undefined ? {} : { sessions: sessions === null ? null : checked(sessions, true, where) }),
    ...(Object.keys(all).length === 0 ? {} : { propagated_sessions: all as EventSessions }),
  };
  return Object.keys(out).length === 0 ? undefined : out;
}

/** The sessions that all events of a run share: what its own events and handlers inherit. At most 5, by the order of their names. */
export function sharedSessions(events: readonly { meta?: EventMeta }[]): Record<string, string> {
  const [first, ...rest] = events.map(({ meta }) => sessionsOf(meta));
  const shared = Object.entries(first ?? {}).filter(([key, id]) => rest.every((other) => other[key] === id));
  return Object.fromEntries(shared.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, INHERITED_MAX));
}

function sessionsOf(meta: EventMeta | undefined): Record<string, string> {
  const { sessions, propagated_sessions: propagated } = meta ?? {};
  if (sessions === null) return {};
  const out: Record<string, string> = {};
  for (const [key, id] of Object.entries({ ...propagated, ...sessions })) if (id !== null) out[key] = String(id);
  return out;
}

function checked(sessions: unknown, byHand: boolean, where: string): Record<string, string | null> {
  const isObject = typeof sessions === "object" && sessions !== null && !Array.isArray(sessions);
  const entries = Object.entries(isObject ? sessions : { "": 0 });
  return Object.fromEntries(
    entries.map(([key, id]) => {
      const isCut = byHand && id === null;
      if (key !== "" && (typeof id === "string" || Number.isFinite(id) || isCut))
        return [key, isCut ? null : String(id)];
      throw invalidOption(
        `${where}: \`meta.sessions\` is wrong${isObject ? ` at "${key}"` : ""}; allowed: names with texts, numbers${byHand ? " or null" : ""}`,
      );
    }),
  );
}
