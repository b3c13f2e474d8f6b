/**
 * Crons: one queue item for each expression of a function, due at its next tick and its jitter. Firing it starts a run and
 * puts it at the tick after. What becomes of ticks that passed while no engine ran, the trigger says (`missed`).
 * See docs/sdk.md#functions.
 *
 * Main file of the room `crons`. What starts by the clock: ticks of crons and of schedules.
 */
import { type CronTrigger, internalEvents, parseTimeString } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import { type EventRecord, noExtras } from "../../domain/event.ts";
import { cronItemId, cronNameOf } from "../../domain/queue/cron-item-id.ts";
import type { QueueItemOf, QueuePut } from "../../domain/queue/queue-item.ts";
import { cronPut } from "../../domain/queue/queue-puts.ts";
import type { MissedRule } from "../../domain/schedule.ts";
import type { Settlement } from "../../domain/transition.ts";
import type { Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { startRun } from "../start/start-run.ts";
import { jitterOf, lastTick, nextTick } from "./cron-expression.ts";

/** A tick that is worked on later than this after its due time was missed, milliseconds. */
const lateMs = 60_000;
/** A sync that is written is known everywhere within this time, milliseconds. */
const syncMs = 1000;

/** What repeats: a function's cron, or a schedule made at runtime. */
export interface Recurrence {
  cron: string;
  jitterMs: number;
  missed: MissedRule;
}

/** When an item is due for a tick. */
export function tickDueAt(itemId: string, { jitterMs }: Pick<Recurrence, "jitterMs">, tick: number): number {
  return tick + jitterOf(seedOf(itemId), tick, jitterMs);
}

/** A cron's ticks come at the same times whenever its item was put; a schedule's id is its own. */
function seedOf(itemId: string): string {
  return itemId.startsWith("cron:") ? cronNameOf(itemId) : itemId;
}

/** What becomes of an item that waits for its next tick. */
export function untilTick(
  itemId: string,
  { cron, jitterMs }: Omit<Recurrence, "missed">,
  tick: number,
): Extract<Settlement, { kind: "retry" }> {
  return { kind: "retry", attempt: 0, dueAt: tickDueAt(itemId, { jitterMs }, tick), tick: { cron, tick } };
}

/** Which tick to act on now, null for none, and which comes next. `dueAt`: when `tick` was due with its jitter. */
export function planTick(
  { cron, missed }: Recurrence,
  tick: number,
  dueAt: number,
  now: number,
): { fire: number | null; next: number } {
  if (missed === "all" || now - dueAt <= lateMs) return { fire: tick, next: nextTick(cron, tick) };
  const last = Math.max(lastTick(cron, now), tick);
  const fires = missed === "one" || now - last <= lateMs;
  return { fire: fires ? last : null, next: nextTick(cron, Math.max(now, tick)) };
}

function recurrenceOf(trigger: CronTrigger): Recurrence {
  const jitterMs = trigger.jitter === undefined ? 0 : (parseTimeString(trigger.jitter) ?? 0);
  return { cron: trigger.cron, jitterMs, missed: trigger.missed ?? "one" };
}

function cronsOf(fn: FunctionRecord): Recurrence[] {
  return fn.triggers.flatMap((trigger) => ("cron" in trigger ? [recurrenceOf(trigger)] : []));
}

/** Items of a function's crons, for a sync: put for those that are not in the queue. */
export function cronItems({ newId }: Pick<Parts, "newId">, fn: FunctionRecord, now: number): QueuePut[] {
  return cronsOf(fn).map((recurrence) => {
    const { cron, jitterMs } = recurrence;
    const id = cronItemId(fn.id, jitterMs === 0 ? cron : `${cron} ${jitterMs}`, newId(now));
    const tick = nextTick(recurrence.cron, now);
    return cronPut(fn.id, id, { cron: recurrence.cron, tick }, tickDueAt(id, recurrence, tick));
  });
}

/** `fireAt`: the tick and its jitter, as planned, however late the engine is. */
function timerEvent(parts: Pick<Parts, "newId">, cron: string, tick: number, fireAt: number, now: number): EventRecord {
  const scheduledAt = new Date(tick).toISOString();
  return {
    internalId: parts.newId(now),
    id: scheduledAt,
    name: internalEvents.scheduledTimer,
    data: JSON.stringify({ cron, fireAt: new Date(fireAt).toISOString(), scheduledAt }),
    ts: fireAt,
    ...noExtras,
    receivedAt: now,
  };
}

/**
 * For a cron that nobody is known to serve. A sync takes out what is served no more, so this one was written by a sync that is
 * not over yet: soon it is known.
 */
function askAgain(item: QueueItemOf<"cron">, now: number): Settlement {
  if (item.attempt === 0) return { kind: "retry", attempt: 1, dueAt: now + syncMs };
  const { cron, tick } = item.payload;
  return untilTick(item.id, { cron, jitterMs: 0 }, nextTick(cron, Math.max(now, tick)));
}

export async function fireCron(parts: Parts, item: QueueItemOf<"cron">): Promise<Outcome> {
  const fn = parts.registry.functionById(item.functionId);
  const { cron, tick } = item.payload;
  const recurrence = fn === null ? undefined : cronsOf(fn).find((known) => known.cron === cron);
  const now = parts.clock.now();
  if (fn === null || fn.archivedAt !== null || recurrence === undefined)
    return { writes: { settle: askAgain(item, now) } };
  const { fire, next } = planTick(recurrence, tick, item.dueAt, now);
  const settle = untilTick(item.id, recurrence, next);
  if (fire === null) return { writes: { settle } };
  const fireAt = fire + jitterOf(seedOf(item.id), fire, recurrence.jitterMs);
  const event = timerEvent(parts, cron, fire, fireAt, now);
  // Of two crons of a function that are due at the same instant, one starts a run.
  const start = startRun(parts, fn, event, { now, cron, idempotencyKey: `${fn.id}:cron:${fireAt}` });
  return {
    writes: { settle, events: [event], starts: [start] },
    tell: ({ startedRuns }) =>
      parts.notifier.notify({
        kind: "event-received",
        at: now,
        eventId: event.internalId,
        name: event.name,
        runs: startedRuns.length,
      }),
  };
}
