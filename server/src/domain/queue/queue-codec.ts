/**
 * Queue items as stores keep them: a kind and a payload that are texts. Every store reads and writes them here and nowhere
 * else. Never throws: one item that cannot be read must not keep a store from giving out the others.
 */
import type { ItemFields, ItemState, QueueItem, QueueItemKind, QueueItemOf, QueuePut } from "./queue-item.ts";
import type { QueuePayloads, TickPayload } from "./queue-payloads.ts";

/** An item as it lies in a store. */
export interface StoredItem extends ItemFields, ItemState {
  kind: string;
  runId: string | null;
  stepId: string | null;
  payload: string | null;
}

type ReadableKind = Exclude<QueueItemKind, "unreadable">;

interface Format<K extends ReadableKind> {
  write(payload: QueuePayloads[K]): string | null;
  /** @throws Error when the item is none that was ever written */
  read(item: StoredItem): QueueItemOf<K>;
}

type Raw = Record<string, unknown>;

const race = "race";

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(text: string | null): Raw {
  const value: unknown = JSON.parse(text ?? "null");
  if (isObject(value)) return value;
  throw new Error("its payload is no object");
}

function textOf(raw: Raw, field: string): string {
  const value = raw[field];
  if (typeof value === "string") return value;
  throw new Error(`its payload has no text in ${field}`);
}

function numberOf(raw: Raw, field: string): number {
  const value = raw[field];
  if (typeof value === "number") return value;
  throw new Error(`its payload has no number in ${field}`);
}

function oneOf<T extends string>(raw: Raw, field: string, words: readonly T[]): T {
  const value = raw[field];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new Error(`its payload has none of ${words.join(", ")} in ${field}`);
}

function wholeText(text: string | null): string {
  if (text !== null) return text;
  throw new Error("it has no payload");
}

function readRequest(text: string | null): QueuePayloads["request"] {
  const raw = objectOf(text);
  const request = isObject(raw.request) ? raw.request : {};
  const headers = isObject(request.headers) ? request.headers : {};
  return {
    kind: oneOf(raw, "kind", ["fetch", "ai"]),
    request: {
      url: textOf(request, "url"),
      method: textOf(request, "method"),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: typeof request.body === "string" ? request.body : null,
    },
    isRace: raw.isRace === true,
  };
}

/** Waits for events have never been told by it that they race: their step says so. */
function readWake(text: string | null): QueuePayloads["wake"] {
  if (text === null || !text.startsWith("{")) return { isRace: text === race, awaited: null };
  const raw = objectOf(text);
  return { isRace: false, awaited: { event: textOf(raw, "event"), until: numberOf(raw, "until") } };
}

function readResume(text: string | null): QueuePayloads["resume"] {
  const raw = objectOf(text);
  if (isObject(raw.memo)) {
    const { data, error } = raw.memo;
    return { memo: "error" in raw.memo ? { error } : { data } };
  }
  return typeof raw.eventId === "string" ? { eventId: raw.eventId } : { runId: textOf(raw, "runId") };
}

function readMatch(text: string | null): QueuePayloads["match"] {
  const raw = objectOf(text);
  const { upTo, waitId } = raw;
  return {
    eventId: textOf(raw, "eventId"),
    upTo: typeof upTo === "number" ? upTo : null,
    waitId: typeof waitId === "string" ? waitId : null,
  };
}

function readCancel(text: string | null): QueuePayloads["cancel"] {
  const raw = objectOf(text);
  return { reason: textOf(raw, "reason"), ...(raw.ended === true && { ended: true }) };
}

function readTimeout(text: string | null): QueuePayloads["timeout"] {
  const raw = objectOf(text);
  return { kind: oneOf(raw, "kind", ["start", "finish"]), timeoutMs: numberOf(raw, "timeoutMs") };
}

/** Items from before ticks had jitter hold nothing but the expression. */
function readTick({ payload, dueAt }: StoredItem): QueuePayloads["cron"] {
  const cron = wholeText(payload);
  if (!cron.startsWith("{")) return { cron, tick: dueAt };
  const raw = objectOf(cron);
  return { cron: textOf(raw, "cron"), tick: numberOf(raw, "tick") };
}

/** What the items of all kinds have, and what each is about. */
type Base<Run, Step> = ItemFields & ItemState & { runId: Run; stepId: Step };

function ofStep(item: StoredItem): Base<string, string> {
  const { stepId } = item;
  if (stepId === null) throw new Error("it names no step");
  return { ...ofRun(item), stepId };
}

function ofRun(item: StoredItem): Base<string, null> {
  const { runId } = item;
  if (runId === null) throw new Error("it names no run");
  return { ...item, runId, stepId: null };
}

const ofEngine = (item: StoredItem): Base<null, null> => ({ ...item, runId: null, stepId: null });

const toJson = (payload: object): string => JSON.stringify(payload);
const toNothing = (): null => null;
const formats: { readonly [K in ReadableKind]: Format<K> } = {
  start: { write: toNothing, read: (item) => ({ ...ofRun(item), kind: "start", payload: null }) },
  discover: { write: toNothing, read: (item) => ({ ...ofRun(item), kind: "discover", payload: null }) },
  step: { write: toNothing, read: (item) => ({ ...ofStep(item), kind: "step", payload: null }) },
  request: {
    write: toJson,
    read: (item) => ({ ...ofStep(item), kind: "request", payload: readRequest(item.payload) }),
  },
  wake: {
    write: ({ isRace, awaited }) => (awaited !== null ? toJson(awaited) : isRace ? race : null),
    read: (item) => ({ ...ofStep(item), kind: "wake", payload: readWake(item.payload) }),
  },
  resume: { write: toJson, read: (item) => ({ ...ofStep(item), kind: "resume", payload: readResume(item.payload) }) },
  match: { write: toJson, read: (item) => ({ ...ofEngine(item), kind: "match", payload: readMatch(item.payload) }) },
  cancel: { write: toJson, read: (item) => ({ ...ofRun(item), kind: "cancel", payload: readCancel(item.payload) }) },
  timeout: { write: toJson, read: (item) => ({ ...ofRun(item), kind: "timeout", payload: readTimeout(item.payload) }) },
  debounce: {
    write: ({ key }) => key,
    read: (item) => ({ ...ofEngine(item), kind: "debounce", payload: { key: wholeText(item.payload) } }),
  },
  batch: {
    write: ({ batchId }) => batchId,
    read: (item) => ({ ...ofEngine(item), kind: "batch", payload: { batchId: wholeText(item.payload) } }),
  },
  cron: { write: toJson, read: (item) => ({ ...ofEngine(item), kind: "cron", payload: readTick(item) }) },
  schedule: { write: toJson, read: (item) => ({ ...ofEngine(item), kind: "schedule", payload: readTick(item) }) },
  bulk: {
    write: ({ jobId }) => jobId,
    read: (item) => ({ ...ofEngine(item), kind: "bulk", payload: { jobId: wholeText(item.payload) } }),
  },
};

function isReadable(kind: string): kind is ReadableKind {
  return Object.hasOwn(formats, kind);
}

function write<K extends ReadableKind>(kind: K, payload: QueuePayloads[K]): string | null {
  return formats[kind].write(payload);
}

/** The text of an item's payload; null for none. */
export function payloadText(item: QueuePut): string | null {
  return write(item.kind, item.payload);
}

/** The text of the payload of a cron or a schedule that is put at another tick. */
export const tickText: (tick: TickPayload) => string = toJson;

function unreadable(item: StoredItem, fault: string): QueueItemOf<"unreadable"> {
  return { ...item, kind: "unreadable", payload: { kind: item.kind, text: item.payload, fault } };
}

export function parseStoredItem(item: StoredItem): QueueItem {
  if (!isReadable(item.kind)) return unreadable(item, `this engine knows no items of the kind "${item.kind}"`);
  try {
    return formats[item.kind].read(item);
  } catch (error) {
    return unreadable(item, error instanceof Error ? error.message : String(error));
  }
}
