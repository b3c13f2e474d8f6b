/**
 * What an event starts: a run's first records, or its place in a debounce or a batch. Here settings meet events; whether a
 * start passes its limits is decided by the store, when it is committed.
 *
 * Main file of the room `start`. What an event starts, now or gathered: the first records of a run.
 */
import type { FunctionRecord, KnownFunction } from "../../domain/app.ts";
import type { EventRecord } from "../../domain/event.ts";
import { createLane } from "../../domain/queue/lane.ts";
import { startPut, type WaitingStep } from "../../domain/queue/queue-puts.ts";
import type { RunParent, RunRecord } from "../../domain/run/run.ts";
import type { RateLimitMode, RunStart, Transition } from "../../domain/transition.ts";
import { batchOf } from "../flow/batch.ts";
import { slotsOf } from "../flow/concurrency.ts";
import { debounceOf } from "../flow/debounce.ts";
import { eventKey, idempotencyOf } from "../flow/idempotency.ts";
import { rankOf } from "../flow/priority.ts";
import { rateLimitOf } from "../flow/rate-limit.ts";
import { singletonOf } from "../flow/singleton.ts";
import { lazyView, type Subject } from "../flow/subject.ts";
import { throttleOf } from "../flow/throttle.ts";
import { startTimeout } from "../flow/timeouts.ts";
import type { Parts } from "../parts/parts.ts";
import { cancelWaits } from "./cancel-waits.ts";
import { matchFunctions } from "./match.ts";

export type StartParts = Pick<Parts, "newId" | "logger" | "rateLimitMode">;

export interface StartOptions {
  now: number;
  /** The cron whose tick it is; null for events. */
  cron: string | null;
  /** Null: none. */
  idempotencyKey: string | null;
  /** All events of the run, for a batch. It then starts at once. Default: the one event. */
  events?: EventRecord[];
  /** The step that waits for the run. Default: null, none. */
  parent?: RunParent | null;
  /** Told when the run is not started; see RunStart. */
  onRefused?: WaitingStep;
  /** The run that this one repeats: people asked for it, so that no limit on starts refuses it. Default: null, none. */
  originalRunId?: string | null;
  /** Default: null, none. */
  stepInputs?: string | null;
  /** False: its event was counted against the rate limit when it came. Default: true. */
  rateLimited?: boolean;
}

/** What to commit for what an event starts. */
export type Admission = Required<Pick<Transition, "starts" | "debounces" | "batches" | "registry">>;

/** The run waits for the event's `ts` when that lies in the future. */
export function startRun(
  parts: StartParts,
  fn: KnownFunction,
  event: EventRecord,
  options: StartOptions,
  view: Subject["view"] = lazyView(event),
): RunStart {
  const { now, events = [event], originalRunId = null } = options;
  const subject: Subject = { parts, fn, event, view, now };
  const { slots, runSlots } = slotsOf(subject);
  const run: RunRecord = {
    ...emptyRun(parts.newId(now), fn, now),
    eventIds: events.map(({ internalId }) => internalId),
    idempotencyKey: options.idempotencyKey,
    cron: options.cron,
    rank: rankOf(subject, now),
    slots,
    parent: options.parent ?? null,
    originalRunId,
    stepInputs: options.stepInputs ?? null,
  };
  const dueAt = options.events === undefined ? Math.max(now, event.ts) : now;
  const lane = createLane(fn.id, slots, runSlots, throttleOf(subject));
  const start: RunStart = { run, item: startPut(run, fn, { dueAt, lane }) };
  if (options.onRefused !== undefined) start.onRefused = options.onRefused;
  if (originalRunId === null) addRateLimits(start, subject, parts.rateLimitMode, options.rateLimited ?? true);
  const singleton = singletonOf(subject);
  if (singleton !== null) start.singleton = singleton;
  // A batch has many events, and a condition speaks of one.
  const waits = options.events === undefined ? cancelWaits(parts, fn, view, run) : [];
  if (waits.length > 0) start.waits = waits;
  const timeout = startTimeout(fn, run, dueAt);
  if (timeout !== null) start.puts = [timeout];
  return start;
}

function addRateLimits(start: RunStart, subject: Subject, mode: RateLimitMode, rateLimited: boolean): void {
  const checks = [...idempotencyOf(subject), ...(rateLimited ? rateLimitOf(subject, mode) : [])];
  if (checks.length > 0) start.rateLimits = checks;
}

function emptyRun(id: string, fn: FunctionRecord, now: number): RunRecord {
  return {
    id,
    version: 0,
    functionId: fn.id,
    status: "Queued",
    eventIds: [],
    idempotencyKey: null,
    cron: null,
    queuedAt: now,
    startedAt: null,
    endedAt: null,
    output: null,
    requestVersion: -1,
    forcePlan: false,
    checkpointed: false,
    stepCount: 0,
    pendingCount: 0,
    stateBytes: 0,
    rank: now,
    slots: [],
    parent: null,
    originalRunId: null,
    stepInputs: null,
    finishTimeoutMs: fn.flow.timeouts.finishMs,
    reason: null,
  };
}

/** What events start of all the functions whose triggers they meet. */
export function startMatching(
  parts: StartParts & Pick<Parts, "registry">,
  events: EventRecord[],
  now: number,
): Admission {
  const admission: Admission = { starts: [], debounces: [], batches: [], registry: parts.registry.version() };
  for (const event of events) {
    const view = lazyView(event);
    for (const fn of matchFunctions(parts, event)) admit({ parts, fn, event, view, now }, parts, admission);
  }
  return admission;
}

function admit(subject: Subject, parts: StartParts, admission: Admission): void {
  const { fn, event, view, now } = subject;
  const debounce = debounceOf(subject, parts.rateLimitMode);
  if (debounce !== null) {
    admission.debounces.push(debounce);
    return;
  }
  const batch = batchOf(subject);
  if (batch !== null) {
    admission.batches.push(batch);
    return;
  }
  const options = { now, cron: null, idempotencyKey: eventKey(fn, event) };
  admission.starts.push(startRun(parts, fn, event, options, view));
}
