import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { result } from "../../../helpers/scripted-caller.ts";

const hour = 3_600_000;
let core: CoreEngine;

beforeEach(async () => {
  core = await createCoreEngine({ scripts: { job: ({ body }) => result(body.event.data) } });
  await core.engine.register(registration([functionConfig("job")]));
});
afterEach(() => core.stop());

const operations = () => core.engine.operations;
const runs = () => core.store.listRuns({ order: "oldest", limit: 100 });
const names = async () => (await core.store.listEvents({ limit: 100 })).map(({ name }) => name).reverse();

describe("schedules", () => {
  it("start a function with their data at each tick", async () => {
    const schedule = await operations().createSchedule({ cron: "0 * * * *", function: "job", data: { to: "ana" } });
    await core.advance(2 * hour);
    expect((await runs()).map(({ cron, status }) => [cron, status])).toEqual([
      ["0 * * * *", "Completed"],
      ["0 * * * *", "Completed"],
    ]);
    expect(JSON.parse((await runs())[0]?.output ?? "")).toMatchObject({ to: "ana" });
    expect(await core.store.listSchedules()).toEqual([schedule]);
  });

  it("send an event, which starts what it starts", async () => {
    await operations().createSchedule({
      cron: "TZ=Europe/Berlin 0 6 * * *",
      event: "test/job",
      data: { n: 1 },
      name: "mornings",
    });
    await core.advance(24 * hour);
    expect(await names()).toEqual(["test/job", "inngest/function.finished"]);
    expect(await runs()).toMatchObject([{ status: "Completed", output: '{"n":1}', cron: null }]);
  });

  it("rest while they are paused and make up for nothing afterwards", async () => {
    const { id } = await operations().createSchedule({ cron: "0 * * * *", function: "job" });
    expect(await operations().pauseSchedule(id)).toMatchObject({ pausedAt: core.clock.now() });
    await core.advance(3.5 * hour);
    expect(await runs()).toEqual([]);
    expect(await operations().resumeSchedule(id)).toMatchObject({ pausedAt: null });
    await core.advance(hour);
    expect(await runs()).toHaveLength(1);
    await operations().pauseSchedule(id);
    await operations().resumeSchedule(id);
    await core.advance(hour);
    expect(await runs()).toHaveLength(2);
  });

  it("end when they are deleted", async () => {
    const { id } = await operations().createSchedule({ cron: "0 * * * *", function: "job" });
    await operations().removeSchedule(id);
    await core.advance(3 * hour);
    expect(await runs()).toEqual([]);
    expect(await core.store.nextDueAt()).toBeNull();
    for (const act of ["pauseSchedule", "resumeSchedule", "removeSchedule"] as const)
      await expect(operations()[act](id)).rejects.toMatchObject({ code: "schedule_not_found" });
  });

  it("outlive a restart and a sync, and treat missed ticks as they are told", async () => {
    for (const missed of ["skip", "one", "all"])
      await operations().createSchedule({ cron: "0 * * * *", function: "job", missed, data: { missed } });
    await core.engine.register(registration([functionConfig("job"), functionConfig("new")]));
    await core.engine.stop(0);
    await core.advance(3.5 * hour);
    await core.engine.start();
    await core.idle();
    const counts = (await runs()).map(({ output }) => (JSON.parse(output ?? "{}") as { missed: string }).missed);
    expect(counts.sort()).toEqual(["all", "all", "all", "one"]);
  });

  it("start nothing while no app serves their function, and say so", async () => {
    await operations().createSchedule({ cron: "0 * * * *", function: "job" });
    await core.engine.register(registration([functionConfig("other")]));
    await core.advance(hour);
    expect(await runs()).toEqual([]);
    expect(core.warnings).toContain("A schedule's function is served by no app any more; this tick starts nothing");
    await core.engine.register(registration([functionConfig("job")]));
    await core.advance(hour);
    expect(await runs()).toHaveLength(1);
  });

  it.each([
    [null, "invalid_request", "A schedule is an object"],
    [{ event: "a/b" }, "invalid_request", "`cron` must be a text"],
    [{ cron: "0 0 30 2 *", event: "a/b" }, "invalid_request", "cannot be used"],
    [{ cron: "0 * * * *" }, "invalid_request", "give one of the two"],
    [{ cron: "0 * * * *", event: "a/b", function: "job" }, "invalid_request", "give one of the two"],
    [{ cron: "0 * * * *", function: "nobody" }, "unknown_function", '"nobody"'],
    [{ cron: "0 * * * *", event: "inngest/x" }, "invalid_event", "reserved"],
    [{ cron: "0 * * * *", event: "" }, "invalid_event", "empty"],
    [{ cron: "0 * * * *", event: "a/b", data: [] }, "invalid_event", "`data`"],
    [{ cron: "0 * * * *", event: "a/b", name: 7 }, "invalid_request", "`name`"],
    [{ cron: "0 * * * *", event: "a/b", jitter: "1h" }, "invalid_request", "`jitter`"],
    [{ cron: "0 * * * *", event: "a/b", missed: "no" }, "invalid_request", "`missed`"],
  ])("are refused: %j", async (body, code, message) => {
    await expect(operations().createSchedule(body)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await core.store.listSchedules()).toEqual([]);
  });
});
