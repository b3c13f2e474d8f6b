/** `/v2/schedules`: schedules made at runtime, besides the crons of functions. */
import { EngineError } from "../../domain/error.ts";
import type { Api } from "../api-parts.ts";
import { readId } from "../query.ts";
import { createLookup } from "./lookup.ts";
import { presentSchedule } from "./present-v2.ts";
import { readObject, type V2Parts } from "./v2-parts.ts";

export function addScheduleRoutes(app: Api, parts: V2Parts): void {
  const { engine, store, clock, answer, answerPage } = parts;
  const lookup = createLookup(parts);
  const { operations } = engine;

  app.get("/schedules", async () => {
    const data = (await store.listSchedules()).map((schedule) => presentSchedule(schedule, lookup, clock.now()));
    return answerPage(data, { cursor: null, limit: Math.max(data.length, 1) });
  });
  app.post("/schedules", async (c) => {
    const body = await readObject(c, 'an object like {"cron":"0 6 * * *","function":"shop-report","data":{}}');
    return answer(presentSchedule(await operations.createSchedule(body), lookup, clock.now()), 201);
  });
  app.get("/schedules/:id", async (c) => {
    const id = readId(c, "id", "schedule");
    const schedule = await store.getSchedule(id);
    if (schedule === null) throw new EngineError("schedule_not_found", `There is no schedule ${id}.`);
    return answer(presentSchedule(schedule, lookup, clock.now()));
  });
  app.post("/schedules/:id/pause", async (c) =>
    answer(presentSchedule(await operations.pauseSchedule(readId(c, "id", "schedule")), lookup, clock.now())),
  );
  app.post("/schedules/:id/resume", async (c) =>
    answer(presentSchedule(await operations.resumeSchedule(readId(c, "id", "schedule")), lookup, clock.now())),
  );
  app.delete("/schedules/:id", async (c) => {
    const id = readId(c, "id", "schedule");
    await operations.removeSchedule(id);
    return answer({ id });
  });
}
