/**
 * What travels beside an event's data: its sessions, its trace, and who sent it. Called by ingest, invoke, and the opcode that invokes a function.
 * An event keeps what its sessions come to: those it inherited, with those set by hand over them.
 * See docs/sdk.md#sessions.
 */
import { limits } from "stepwell/protocol";
import { toStoredJson } from "../../domain/stored-json.ts";

type Raw = Record<string, unknown>;
type Sessions = Record<string, string | null>;

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readId(where: string, value: unknown, mayCut: boolean): string | null {
  if (value === null && mayCut) return null;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string" || value === "")
    throw new Error(`\`${where}\` must be a text that is not empty or a number${mayCut ? ", or null" : ""}.`);
  if (Buffer.byteLength(value) > limits.sessionIdBytes)
    throw new Error(`\`${where}\` has ${Buffer.byteLength(value)} bytes, the most is ${limits.sessionIdBytes}.`);
  return value;
}

/** Absent is the same as none. @throws Error that says what is wrong, for the end of a sentence */
function readSessions(where: string, value: unknown, mayCut: boolean): Sessions {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new Error(`\`${where}\` must be an object of names and ids.`);
  const entries = Object.entries(value);
  if (entries.length > limits.sessionsPerEvent)
    throw new Error(`\`${where}\` names ${entries.length} sessions, the most is ${limits.sessionsPerEvent}.`);
  return Object.fromEntries(
    entries.map(([key, id]) => {
      if (key === "" || Buffer.byteLength(key) > limits.sessionKeyBytes)
        throw new Error(`\`${where}\` has a name that is not 1 to ${limits.sessionKeyBytes} bytes long.`);
      return [key, readId(`${where}.${key}`, id, mayCut)];
    }),
  );
}

/** Those set by hand come first; null cuts off one that is inherited, and null for all cuts off all. */
function merge(own: Sessions, inherited: Sessions): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [key, id] of Object.entries(own)) if (id !== null) merged[key] = id;
  for (const key of Object.keys(inherited).sort()) {
    const id = inherited[key];
    const isFree = !Object.hasOwn(own, key) && Object.keys(merged).length < limits.sessionsPerEvent;
    if (isFree && typeof id === "string") merged[key] = id;
  }
  return merged;
}

/**
 * An event's `meta` as it is kept and handed to functions, as JSON text; null for none.
 * @param traceparent of the request or the run that the event comes from, for one that names no trace itself. Default: none
 * @throws Error that says what is wrong
 */
export function readMeta(meta: unknown, traceparent: string | null = null): string | null {
  if (meta === undefined || meta === null) return traceparent === null ? null : toStoredJson({ traceparent });
  if (!isObject(meta)) throw new Error("`meta` must be an object such as { sessions: { chat: 5 } }.");
  const { sessions, propagated_sessions: propagated, ...rest } = meta;
  const own = readSessions("meta.sessions", sessions, true);
  const inherited = readSessions("meta.propagated_sessions", propagated, false);
  const merged = merge(own, sessions === null ? {} : inherited);
  const trace = traceparent === null || "traceparent" in rest ? {} : { traceparent };
  const kept = { ...rest, ...(Object.keys(merged).length > 0 && { sessions: merged }), ...trace };
  return Object.keys(kept).length === 0 ? null : toStoredJson(kept);
}

/** An invocation's `user`, which older SDKs send, as JSON text; null for none. What is no object says nothing. */
export function readUser(user: unknown): string | null {
  return isObject(user) && Object.keys(user).length > 0 ? toStoredJson(user) : null;
}
