/**
 * Schedules made at runtime, through the API: each starts a function or sends an event at its ticks, besides the crons that
 * functions bring along.
 */
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { QueuePut } from "../../domain/queue/queue-item.ts";
import { schedulePut } from "../../domain/queue/queue-puts.ts";
import { type ScheduleRecord, type ScheduleTarget, scheduleItemId } from "../../domain/schedule.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import { tickDueAt } from "../crons/cron.ts";
import { nextTick } from "../crons/cron-expression.ts";
import { parseJitter, parseMissed } from "../crons/parse-recurrence.ts";
import { parseEvents } from "../ingest/ingest.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";

type Raw = Record<string, unknown>;

const nameLength = 200;

function invalid(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

function parseTarget(parts: Parts, raw: Raw): ScheduleTarget {
  const { function: slug, event } = raw;
  if ((slug === undefined) === (event === undefined))
    throw invalid("A schedule starts a `function` (its id) or sends an `event` (its name): give one of the two.");
  if (event !== undefined) return { kind: "event", name: String(event) };
  const fn = parts.registry.functions().find((known) => known.slug === slug || known.id === slug);
  if (fn !== undefined) return { kind: "function", functionId: fn.id };
  throw new EngineError(
    "unknown_function",
    `There is no function "${String(slug)}". GET /v2/functions lists those that are.`,
  );
}

/** @throws EngineError `invalid_request` for what `read` finds wrong */
function check<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function parseName(raw: unknown, fallback: string): string {
  if (raw === undefined || raw === null || raw === "") return fallback;
  if (typeof raw === "string" && raw.length <= nameLength) return toWellFormed(raw);
  throw invalid(`\`name\` must be a text of at most ${nameLength} characters.`);
}

function parseSchedule(parts: Parts, body: unknown, now: number): ScheduleRecord {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw invalid('A schedule is an object such as {"cron":"0 6 * * *","event":"shop/morning"}.');
  const raw = body as Raw;
  const { cron } = raw;
  if (typeof cron !== "string") throw invalid('`cron` must be a text of five fields, such as "0 6 * * *".');
  check(() => nextTick(cron, now, parts.limits));
  const target = parseTarget(parts, raw);
  const name = target.kind === "event" ? target.name : "schedule";
  const [event] = parseEvents(parts, { body: { name, data: raw.data }, seed: null }, now);
  return {
    id: parts.newId(now),
    name: parseName(raw.name, cron),
    cron,
    jitterMs: check(() => parseJitter(raw.jitter, parts.limits)),
    missed: check(() => parseMissed(raw.missed)),
    target: target.kind === "event" ? { ...target, name: (event as EventRecord).name } : target,
    data: (event as EventRecord).data,
    pausedAt: null,
    createdAt: now,
  };
}

function nextPut(schedule: ScheduleRecord, now: number): QueuePut {
  const id = scheduleItemId(schedule.id);
  const functionId = schedule.target.kind === "function" ? schedule.target.functionId : "";
  const tick = nextTick(schedule.cron, now);
  return schedulePut(functionId, id, { cron: schedule.cron, tick }, tickDueAt(id, schedule, tick));
}

/** @throws EngineError `invalid_request`, `unknown_function`, `invalid_event`, `event_too_large` */
export async function createSchedule(parts: Parts, committer: Committer, body: unknown): Promise<ScheduleRecord> {
  const now = parts.clock.now();
  const schedule = parseSchedule(parts, body, now);
  await committer.commit({ lease: null, schedule, puts: [nextPut(schedule, now)] }, "new");
  return schedule;
}

async function existing(parts: Parts, id: string): Promise<ScheduleRecord> {
  const schedule = await parts.store.getSchedule(id);
  if (schedule !== null) return schedule;
  throw new EngineError("schedule_not_found", `There is no schedule ${id}. GET /v2/schedules lists those that are.`);
}

/** Ticks pass without effect until it is resumed. */
export async function pauseSchedule(parts: Parts, committer: Committer, id: string): Promise<ScheduleRecord> {
  const schedule = { ...(await existing(parts, id)) };
  schedule.pausedAt ??= parts.clock.now();
  await committer.commit({ lease: null, schedule }, "new");
  return schedule;
}

/** From the next tick on; those that passed meanwhile are not made up for. */
export async function resumeSchedule(parts: Parts, committer: Committer, id: string): Promise<ScheduleRecord> {
  const schedule = { ...(await existing(parts, id)), pausedAt: null };
  await committer.commit({ lease: null, schedule, puts: [nextPut(schedule, parts.clock.now())] }, "new");
  return schedule;
}

export async function removeSchedule(parts: Parts, committer: Committer, id: string): Promise<void> {
  await existing(parts, id);
  await committer.commit({ lease: null, removeSchedule: id }, "new");
}
