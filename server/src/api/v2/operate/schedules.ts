/** `/v2/schedules`: schedules made at runtime, besides the crons of functions. */
import { nextTick } from "../../../core/crons/cron-expression.ts";
import { EngineError } from "../../../domain/error.ts";
import type { ScheduleRecord } from "../../../domain/schedule.ts";
import type { ScheduleAnswer } from "../../answers.ts";
import type { Api } from "../../api-parts.ts";
import { iso, isoOrNull } from "../../moment.ts";
import { readId } from "../../query.ts";
import { createLookup, type Lookup } from "../lookup.ts";
import { parseOrNull } from "../parse-stored.ts";
import { readObject, type V2Parts } from "../v2-parts.ts";

/** `now`: milliseconds since 1970. */
function present(schedule: ScheduleRecord, lookup: Lookup, now: number): ScheduleAnswer {
  const { target } = schedule;
  return {
    id: schedule.id,
    name: schedule.name,
    cron: schedule.cron,
    jitterMs: schedule.jitterMs,
    missed: schedule.missed,
    function: target.kind === "function" ? (lookup(target.functionId)?.fn.slug ?? target.functionId) : null,
    event: target.kind === "event" ? target.name : null,
    data: parseOrNull(schedule.data),
    isPaused: schedule.pausedAt !== null,
    pausedAt: isoOrNull(schedule.pausedAt),
    nextAt: schedule.pausedAt === null ? isoOrNull(nextTick(schedule.cron, now)) : null,
    createdAt: iso(schedule.createdAt),
  };
}

export function addScheduleRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, clock, answer, answerPage } = parts;
  const lookup = createLookup(parts);
  const { operations } = engine;

  app.get("/schedules", async () => {
    const data = (await store.listSchedules()).map((schedule) => present(schedule, lookup, clock.now()));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/schedules", async (c) => {
    const body = await readObject(c, 'an object like {"cron":"0 6 * * *","function":"shop-report","data":{}}');
    return answer(present(await operations.createSchedule(body), lookup, clock.now()), 201);
  });
  app.get("/schedules/:id", async (c) => {
    const id = readId(c, "id", "schedule");
    const schedule = await store.getSchedule(id);
    if (schedule === null) throw new EngineError("schedule_not_found", `There is no schedule ${id}.`);
    return answer(present(schedule, lookup, clock.now()));
  });
  app.post("/schedules/:id/pause", async (c) =>
    answer(present(await operations.pauseSchedule(readId(c, "id", "schedule")), lookup, clock.now())),
  );
  app.post("/schedules/:id/resume", async (c) =>
    answer(present(await operations.resumeSchedule(readId(c, "id", "schedule")), lookup, clock.now())),
  );
  app.delete("/schedules/:id", async (c) => {
    const id = readId(c, "id", "schedule");
    await operations.removeSchedule(id);
    return answer({ id });
  });
}
