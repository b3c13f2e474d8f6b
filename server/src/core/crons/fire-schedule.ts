/** Fires a tick of a schedule that was made at runtime. Called by items. */
import { internalEvents } from "stepwell/protocol";
import { type EventRecord, noExtras } from "../../domain/event.ts";
import type { QueueItemOf } from "../../domain/queue/queue-item.ts";
import { type ScheduleRecord, scheduleIdOf } from "../../domain/schedule.ts";
import type { Writes } from "../../domain/transition.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import { startMatching, startRun } from "../start/start-run.ts";
import { planTick, untilTick } from "./cron.ts";
import { nextTick } from "./cron-expression.ts";

/** The event of a tick, and what it starts. */
function fireWrites(
  parts: Parts,
  schedule: ScheduleRecord,
  tick: number,
  now: number,
): Pick<Writes, "events" | "starts" | "debounces" | "batches"> {
  const { target, cron } = schedule;
  const internalId = parts.newId(now);
  const base = { internalId, ts: now, ...noExtras, receivedAt: now };
  if (target.kind === "event") {
    const event: EventRecord = { ...base, id: `${schedule.id}:${tick}`, name: target.name, data: schedule.data };
    return { events: [event], ...startMatching(parts, [event], now) };
  }
  const fn = parts.registry.functionById(target.functionId);
  if (fn === null || fn.archivedAt !== null) {
    parts.logger.warn(
      { schedule: schedule.id, function: fn?.slug ?? target.functionId },
      "A schedule's function is served by no app any more; this tick starts nothing",
    );
    return {};
  }
  const data = JSON.stringify({ ...(JSON.parse(schedule.data) as object), _inngest: { fn_id: fn.slug } });
  const event: EventRecord = { ...base, id: internalId, name: internalEvents.functionInvoked, data };
  const idempotencyKey = `${fn.id}:schedule:${schedule.id}:${tick}`;
  return { events: [event], starts: [startRun(parts, fn, event, { now, cron, idempotencyKey })] };
}

export async function fireSchedule(parts: Parts, item: QueueItemOf<"schedule">): Promise<Outcome> {
  const schedule = await parts.store.getSchedule(scheduleIdOf(item.id));
  if (schedule === null) return dropped;
  const now = parts.clock.now();
  if (schedule.pausedAt !== null) {
    // Its item stays: who resumes it in this very moment finds it there.
    const next = nextTick(schedule.cron, Math.max(now, item.payload.tick));
    return { writes: { settle: untilTick(item.id, schedule, next) } };
  }
  const { fire, next } = planTick(schedule, item.payload.tick, item.dueAt, now);
  const settle = untilTick(item.id, schedule, next);
  const writes = fire === null ? {} : fireWrites(parts, schedule, fire, now);
  return {
    writes: { settle, ...writes },
    tell({ startedRuns }) {
      for (const { internalId, name } of writes.events ?? [])
        parts.notifier.notify({ kind: "event-received", at: now, eventId: internalId, name, runs: startedRuns.length });
    },
  };
}
