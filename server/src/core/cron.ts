/**
 * Crons: one queue item for each expression of a function, due at its next tick. Firing it starts a run and puts it at the
 * tick after. Ticks that passed while no engine ran are made up for by one run.
 * Source: reference/server.md §7.
 */
import { createHash } from "node:crypto";
import { CronExpressionParser } from "cron-parser";
import { internalEvents, limits } from "stepwell/protocol";
import { canonicalJson } from "stepwell/signing";
import type { FunctionRecord } from "../domain/app.ts";
import { EngineError } from "../domain/error.ts";
import type { EventRecord } from "../domain/event.ts";
import type { QueueItem, QueuePut } from "../domain/queue-item.ts";
import type { Parts } from "./parts.ts";
import { systemPut } from "./queue-puts.ts";
import { startRun } from "./start-run.ts";
import type { Worker } from "./worker.ts";

interface CronSchedule {
  /** Five fields, or an alias such as `@daily`. */
  fields: string;
  /** IANA name. */
  timeZone: string;
}

/** As the SDK takes them. */
const aliases: ReadonlySet<string> = new Set([
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
]);

function refuse(expression: string, why: string, cause?: unknown): EngineError {
  return new EngineError("invalid_registration", `cron "${expression}" ${why}`, { cause });
}

/** @throws EngineError `invalid_registration` */
function parseCron(expression: string): CronSchedule {
  if (expression.length > limits.triggerNameLength)
    throw refuse(expression, `has more than ${limits.triggerNameLength} characters`);
  const match = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(expression.trim());
  const timeZone = match?.[1] ?? "UTC";
  const fields = (match?.[2] ?? "").trim();
  if (fields.split(/\s+/).length !== 5 && !aliases.has(fields)) {
    throw refuse(
      expression,
      'must have five fields (minute hour day month weekday), e.g. "0 6 * * *" or "TZ=Europe/Berlin 0 6 * * *"',
    );
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch (error) {
    const why = `names the time zone "${timeZone}", which does not exist. Use an IANA name such as Europe/Berlin`;
    throw refuse(expression, why, error);
  }
  return { fields, timeZone };
}

/**
 * First tick after a moment, both in milliseconds since 1970.
 * @throws EngineError `invalid_registration` when the expression is malformed or never fires
 */
export function nextTick(expression: string, after: number): number {
  const { fields, timeZone } = parseCron(expression);
  try {
    return CronExpressionParser.parse(fields, { tz: timeZone, currentDate: new Date(after) })
      .next()
      .getTime();
  } catch (error) {
    throw refuse(expression, `cannot be used: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Items of a function's crons, for a sync. */
export function cronItems(fn: FunctionRecord, now: number): QueuePut[] {
  const expressions = new Set(fn.triggers.flatMap((trigger) => ("cron" in trigger ? [trigger.cron] : [])));
  return [...expressions].map((expression) =>
    systemPut({
      id: `cron:${fn.id}:${createHash("sha1").update(expression).digest("hex").slice(0, 16)}`,
      kind: "cron",
      functionId: fn.id,
      dueAt: nextTick(expression, now),
      payload: expression,
    }),
  );
}

function timerEvent(parts: Pick<Parts, "newId">, expression: string, tick: number, now: number): EventRecord {
  const scheduledAt = new Date(tick).toISOString();
  return {
    internalId: parts.newId(now),
    id: scheduledAt,
    name: internalEvents.scheduledTimer,
    data: canonicalJson({ cron: expression, fireAt: new Date(now).toISOString(), scheduledAt }),
    ts: now,
    v: null,
    receivedAt: now,
  };
}

export async function fireCron(parts: Parts, worker: Worker, item: QueueItem): Promise<void> {
  const lease = { itemId: item.id, fence: item.fence };
  const fn = parts.registry.functionById(item.functionId);
  const expression = item.payload;
  if (fn === null || fn.archivedAt !== null || expression === null) {
    await worker.commit({ lease }, "continues");
    return;
  }
  const now = parts.clock.now();
  const tick = item.dueAt;
  const event = timerEvent(parts, expression, tick, now);
  const start = startRun(parts, fn, event, {
    now,
    cron: expression,
    idempotencyKey: `${fn.id}:cron:${expression}:${tick}`,
  });
  const settle = { kind: "retry", attempt: 0, dueAt: nextTick(expression, Math.max(now, tick)) } as const;
  await worker.commit({ lease, settle, events: [event], starts: [start] }, "continues", ({ startedRuns }) => {
    parts.notifier.notify({
      kind: "event-received",
      at: now,
      eventId: event.internalId,
      name: event.name,
      runs: startedRuns.length,
    });
  });
}
