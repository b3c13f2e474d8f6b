/**
 * Events in: checks a request, makes records of its events and commits them with the runs they start.
 * All of a request is accepted or none of it.
 *
 * Main file of the room `ingest`. What clients send in: events and invocations.
 */
import { isInternalEventName, limits as protocolLimits } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import { type EventIdSeed, parseEventIdSeed, seededUlid } from "../../domain/ids.ts";
import { toStoredJson, toWellFormed } from "../../domain/stored-json.ts";
import type { RunStart } from "../../domain/transition.ts";
import type { CommitResult } from "../../ports/store.ts";
import type { EngineLimits } from "../limits/limits.ts";
import type { Parts } from "../parts/parts.ts";
import { type Admission, startMatching } from "../start/start-run.ts";
import { readMeta } from "../wire/event-meta.ts";
import { validTraceparent } from "../wire/trace-context.ts";
import type { Committer } from "../work/committer.ts";
import { cronRequestName, tickOf } from "./cron-events.ts";

export interface IngestRequest {
  /** A parsed body: one event or an array of them. */
  body: unknown;
  /** Value of `x-inngest-event-id-seed`; null when there was none. */
  seed: string | null;
  /** Of the request, for events that name no trace of their own. Default: none. */
  traceparent?: string | null;
  /** Whether an event named `inngest/function.cron` starts a cron's function, instead of being refused. Default: false. */
  startsCrons?: boolean;
}

export interface IngestResult {
  /** Internal ids, in the order of the events. */
  ids: string[];
}

type Raw = Record<string, unknown>;

function invalid(index: number, problem: string): EngineError {
  return new EngineError("invalid_event", `Event ${index + 1}: ${problem}`);
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkName(raw: Raw, index: number, limits: EngineLimits, startsCrons: boolean): string {
  const { name } = raw;
  if (typeof name !== "string" || name.trim() === "") {
    throw invalid(
      index,
      `event name is empty. Give it a \`name\` of 1 to ${limits.eventNameLength} characters, e.g. "shop/order.created".`,
    );
  }
  if (name.length > limits.eventNameLength) {
    throw invalid(index, `its name has ${name.length} characters, the most is ${limits.eventNameLength}.`);
  }
  if (isInternalEventName(name) && !(startsCrons && name === cronRequestName)) {
    throw invalid(
      index,
      `event name is reserved for internal use: ${name}. Choose one that does not begin with "inngest/".`,
    );
  }
  return toWellFormed(name);
}

function checkTs(raw: Raw, index: number, now: number): number {
  const { ts } = raw;
  if (ts === undefined || ts === null || ts === 0) return now;
  if (typeof ts !== "number" || !Number.isFinite(ts))
    throw invalid(index, `\`ts\` must be a number of milliseconds, got ${typeof ts}.`);
  if (ts < protocolLimits.eventTsMin || ts > protocolLimits.eventTsMax) {
    throw invalid(index, `\`ts\` ${ts} lies outside 1980 to 2100. It counts milliseconds since 1970, not seconds.`);
  }
  return Math.floor(ts);
}

function checkOptionalText(raw: Raw, key: "id" | "v", index: number): string | null {
  const value = raw[key];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw invalid(index, `\`${key}\` must be a string, got ${typeof value}.`);
  return toWellFormed(value);
}

function dataText(data: Raw, index: number): string {
  try {
    return toStoredJson(data);
  } catch (error) {
    throw invalid(index, `\`data\`: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkData(raw: Raw, index: number, limits: EngineLimits): string {
  const data = raw.data ?? {};
  if (!isObject(data))
    throw invalid(index, `\`data\` must be an object, got ${Array.isArray(data) ? "array" : typeof data}.`);
  const { _inngest: _reserved, ...own } = data;
  const text = dataText(own, index);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > limits.eventSizeBytes) {
    throw new EngineError(
      "event_too_large",
      `Event ${index + 1} is over the max size: Max ${limits.eventSizeBytes} bytes / Size ${sizeBytes} bytes. Put the data elsewhere and send a reference to it.`,
    );
  }
  return text;
}

function checkMeta(raw: Raw, index: number, traceparent: string | null): string | null {
  try {
    return readMeta(raw.meta, traceparent);
  } catch (error) {
    throw invalid(index, error instanceof Error ? error.message : String(error));
  }
}

interface ReadOptions {
  seed: EventIdSeed | null;
  traceparent: string | null;
  now: number;
  startsCrons: boolean;
}

function toRecord(
  parts: Pick<Parts, "newId" | "limits">,
  raw: unknown,
  index: number,
  { seed, traceparent, now, startsCrons }: ReadOptions,
): EventRecord {
  if (!isObject(raw)) throw invalid(index, "it must be an object with a `name`.");
  const internalId = seed === null ? parts.newId(now) : seededUlid(seed, index);
  return {
    internalId,
    name: checkName(raw, index, parts.limits, startsCrons),
    id: checkOptionalText(raw, "id", index) ?? internalId,
    ts: checkTs(raw, index, now),
    v: checkOptionalText(raw, "v", index),
    data: checkData(raw, index, parts.limits),
    meta: checkMeta(raw, index, traceparent),
    user: null,
    receivedAt: now,
  };
}

/** @throws EngineError `invalid_event`, `event_too_large`, `too_many_events` */
export function parseEvents(
  parts: Pick<Parts, "newId" | "limits">,
  request: IngestRequest,
  now: number,
): EventRecord[] {
  const list = Array.isArray(request.body) ? request.body : [request.body];
  if (!Array.isArray(request.body) && !isObject(request.body)) {
    throw new EngineError("invalid_event", "Request body must contain an event object or an array of event objects");
  }
  const { limits } = parts;
  if (list.length > limits.eventsPerRequest) {
    throw new EngineError(
      "too_many_events",
      `A request takes at most ${limits.eventsPerRequest} events, this one has ${list.length}. Send them in several requests.`,
    );
  }
  const seed = parseEventIdSeed(request.seed);
  const traceparent = validTraceparent(request.traceparent);
  const options: ReadOptions = { seed, traceparent, now, startsCrons: request.startsCrons ?? false };
  return list.map((raw, index) => toRecord(parts, raw, index, options));
}

function tellReceived(
  parts: Parts,
  events: EventRecord[],
  starts: RunStart[],
  { startedRuns, refusals }: Extract<CommitResult, { ok: true }>,
  now: number,
): void {
  const started = new Set(startedRuns);
  const runs = new Map<string, number>();
  for (const { run } of starts) {
    const eventId = run.eventIds[0];
    if (eventId !== undefined && started.has(run.id)) runs.set(eventId, (runs.get(eventId) ?? 0) + 1);
  }
  for (const event of events) {
    parts.notifier.notify({
      kind: "event-received",
      at: now,
      eventId: event.internalId,
      name: event.name,
      runs: runs.get(event.internalId) ?? 0,
      notStarted: refusals
        .filter(({ eventId }) => eventId === event.internalId)
        .map(({ functionId, reason }) => ({
          slug: parts.registry.functionById(functionId)?.slug ?? functionId,
          reason,
        })),
    });
  }
}

/** What events start: ticks of crons for those that ask for one, and functions whose triggers the others meet. */
function admitAll(parts: Parts, given: EventRecord[], now: number): { events: EventRecord[]; admission: Admission } {
  const ticks = new Map(
    given.flatMap((event, index) =>
      event.name === cronRequestName ? [[event, tickOf(parts, event, event.id !== event.internalId, index, now)]] : [],
    ),
  );
  const matched = ticks.size === 0 ? given : given.filter((event) => !ticks.has(event));
  const admission = startMatching(parts, matched, now);
  for (const { start } of ticks.values()) admission.starts.push(start);
  return { events: given.map((event) => ticks.get(event)?.event ?? event), admission };
}

export async function ingest(parts: Parts, committer: Committer, request: IngestRequest): Promise<IngestResult> {
  const now = parts.clock.now();
  const given = parseEvents(parts, request, now);
  if (given.length === 0) return { ids: [] };
  // Another engine may have heard of the function since.
  if (request.startsCrons === true) await parts.registry.refresh();
  for (;;) {
    const { events, admission } = admitAll(parts, given, now);
    const result = await committer.commit({ lease: null, events, ...admission }, "new", (committed) => {
      tellReceived(parts, events, admission.starts, committed, now);
    });
    if (result.ok) return { ids: events.map((event) => event.internalId) };
    if (result.reason !== "registry-moved")
      throw new EngineError("store_failed", "The events were not stored. Send them again.", { retryable: true });
    await parts.registry.refresh();
  }
}
