/**
 * Sends events: normalises them, posts them, tries again. Called by the client's `send` and by `step.sendEvent`.
 * Must never show an event key in an error.
 */
import { invalidOption, StepwellError } from "../errors/index.ts";
import type { Logger } from "../function/index.ts";
import type { EventPayload } from "../protocol/event.ts";
import { headerKeys } from "../protocol/headers.ts";
import type { ApiFetch, ApiResponse } from "./fetch-with-keys.ts";
import { type Mode, reachHint } from "./mode.ts";
import { toMeta } from "./sessions.ts";
import { toBatches } from "./to-batches.ts";

const ATTEMPTS = 5;
const BACKOFF_MS = 100;
const JITTER_MS = 100;
const SEED_BYTES = 10;

export interface SendInput {
  /** Made by {@link normaliseEvents}. */
  events: readonly EventPayload[];
  /** Base of the event API, ending in a slash. */
  eventUrl: string;
  /** Null when there is none: allowed in development only. */
  eventKey: string | null;
  mode: Mode;
  headers: Record<string, string>;
  fetch: ApiFetch;
  logger: Logger;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Waits for that many milliseconds. */
  delay: (ms: number) => Promise<void>;
  /** Gives the event-id seed of each request, counted from 0; null: a new one each time. */
  seed: ((request: number) => string) | null;
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Cannot process event payload",
  401: "Event key Not Found",
  403: "Forbidden",
  404: "Event key not found",
  409: "Event transformation failed",
  412: "Event transformation failed",
  413: "Event payload too large",
  500: "Internal server error",
};

/**
 * @returns the ids that the engine gave, in the order of the events.
 * @throws {StepwellError} `invalid_option` for an event without a name, `missing_event_key` in cloud mode,
 * `send_failed` when the engine cannot be reached or refuses. With several requests, earlier ones may have been taken.
 */
export async function sendEvents(input: SendInput): Promise<{ ids: string[] }> {
  const { events } = input;
  if (events.length === 0) {
    input.logger.warn("send() was called without events: nothing was sent.");
    return { ids: [] };
  }
  const nowMs = input.now();
  if (input.mode === "cloud" && input.eventKey === null) {
    throw new StepwellError("No event key: set INNGEST_EVENT_KEY, or INNGEST_DEV=1 for development.", {
      code: "missing_event_key",
    });
  }
  const ids: string[] = [];
  for (const [request, body] of toBatches(events).entries()) {
    ids.push(...(await post(input, body, input.seed?.(request) ?? eventIdSeed(nowMs))));
  }
  return { ids };
}

/**
 * Events as they travel.
 * @throws {StepwellError} `invalid_option` for an event without a name, or with sessions that are none.
 */
export function normaliseEvents(events: readonly EventPayload[], nowMs: number): EventPayload[] {
  return events.map((event, index) => normalise(event, index, nowMs));
}

function normalise(given: EventPayload, index: number, nowMs: number): EventPayload {
  if (typeof given !== "object" || given === null || typeof given.name !== "string" || given.name === "") {
    throw invalidOption(`Event ${index} has no name: expected \`{ name: "shop/order", data? }\``);
  }
  // The engine fills these two in from `meta`.
  const { sessions: _, ctx: __, ...event } = given as EventPayload & { sessions?: unknown; ctx?: unknown };
  const meta = toMeta(event.meta, `Event ${index}`);
  const { meta: _meta, ...rest } = event;
  return { ...rest, data: event.data ?? {}, ts: event.ts ?? nowMs, ...(meta === undefined ? {} : { meta }) };
}

/** The same seed on every try gives the same ids, so that an engine can tell a repeat from a new event. */
async function post(input: SendInput, body: string, seed: string | null): Promise<string[]> {
  const url = `${input.eventUrl}e/${encodeURIComponent(input.eventKey ?? "NO_EVENT_KEY_SET")}`;
  const headers = { ...input.headers, ...(seed === null ? {} : { [headerKeys.eventIdSeed]: seed }) };
  const attempts = seed === null ? 1 : ATTEMPTS;
  for (let attempt = 1; ; attempt++) {
    const result = await tryOnce(input, url, headers, body);
    if (result.ok) return result.ids;
    if (attempt >= attempts || !result.retryable) throw result.error;
    await input.delay(BACKOFF_MS * 2 ** (attempt - 1) + Math.random() * JITTER_MS);
  }
}

type Try = { ok: true; ids: string[] } | { ok: false; retryable: boolean; error: StepwellError };

async function tryOnce(input: SendInput, url: string, headers: Record<string, string>, body: string): Promise<Try> {
  let response: ApiResponse;
  let text: string;
  try {
    response = await input.fetch(url, { method: "POST", headers, body });
    text = await response.text();
  } catch (cause) {
    return { ok: false, retryable: true, error: unreachable(input, cause) };
  }
  const { ids, status, error } = parseAnswer(text, response.status);
  if (status === 200 && error === null) return { ok: true, ids };
  const message = status === 406 ? text : (MESSAGES[status] ?? error ?? "Unknown error");
  const detail = error !== null && error !== message ? `: ${error}` : "";
  const retryable = status >= 500 || status === 429 || status === 408;
  const failure = new StepwellError(`Inngest API Error: ${status} ${message}${detail}`, {
    code: "send_failed",
    retryable,
  });
  return { ok: false, retryable, error: failure };
}

function unreachable(input: SendInput, cause: unknown): StepwellError {
  const origin = new URL(input.eventUrl).origin;
  return new StepwellError(`Cannot reach the event API at ${origin}; ${reachHint(input.mode)}.`, {
    code: "send_failed",
    retryable: true,
    cause,
  });
}

function parseAnswer(text: string, httpStatus: number): { ids: string[]; status: number; error: string | null } {
  try {
    const { ids, status, error } = JSON.parse(text) as Record<string, unknown>;
    return {
      ids: Array.isArray(ids) ? (ids as string[]) : [],
      status: typeof status === "number" && status !== 0 ? status : httpStatus,
      error: typeof error === "string" && error !== "" ? error : null,
    };
  } catch {
    const error = httpStatus === 200 ? "the answer is not JSON" : null;
    return { ids: [], status: httpStatus, error };
  }
}

function eventIdSeed(nowMs: number): string | null {
  if (typeof globalThis.crypto?.getRandomValues !== "function") return null;
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  return `${nowMs},${btoa(String.fromCharCode(...bytes))}`;
}
