import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, result } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
let isMended = false;

beforeEach(async () => {
  isMended = false;
  core = await createCoreEngine({
    scripts: {
      picky: ({ body }) =>
        isMended || (body.event.data as { good?: boolean }).good === true
          ? result("fine")
          : failure({ name: "TypeError", message: "no good" }, { noRetry: true }),
      other: () => result(1),
    },
  });
  await core.engine.register(
    registration([
      functionConfig("picky"),
      functionConfig("other", { triggers: [{ event: "test/picky", expression: "event.data.twice == true" }] }),
    ]),
  );
});
afterEach(() => core.stop());

const letters = () => core.store.listDeadLetters({ limit: 100 });

async function fail(data: object = {}): Promise<string> {
  const eventId = await core.send("test/picky", data);
  const [run] = await core.store.listRunsOfEvent(eventId);
  return run?.id ?? "";
}

describe("dead letters of runs that were repeated", () => {
  it("are dealt with once a rerun succeeds, however many failed between", async () => {
    const runId = await fail();
    const { runId: second } = await core.engine.operations.rerun(runId, {});
    await core.idle();
    expect((await letters()).map((letter) => letter.runId).sort()).toEqual([runId, second].sort());
    isMended = true;
    await core.engine.operations.rerun(second, {});
    await core.idle();
    expect(await letters()).toEqual([]);
    await expect(core.engine.operations.retryDeadLetter(runId, {})).rejects.toMatchObject({
      code: "dead_letter_not_found",
    });
  });

  it("stay when other runs succeed", async () => {
    await fail();
    await fail({ good: true });
    expect(await letters()).toHaveLength(1);
  });
});

describe("dead letters", () => {
  it("are runs that failed for good, with their error, and none else", async () => {
    const runId = await fail();
    await fail({ good: true });
    expect(await letters()).toEqual([
      {
        runId,
        functionId: expect.any(String),
        failedAt: core.clock.now(),
        error: '{"name":"TypeError","message":"no good"}',
      },
    ]);
  });

  it("are retried once, by a run that may fail again", async () => {
    const runId = await fail();
    const again = await core.engine.operations.retryDeadLetter(runId, {});
    await core.idle();
    expect(await core.store.getRun(again.runId)).toMatchObject({ status: "Failed", originalRunId: runId });
    expect((await letters()).map((letter) => letter.runId)).toEqual([again.runId]);
    await expect(core.engine.operations.retryDeadLetter(runId, {})).rejects.toMatchObject({
      code: "dead_letter_not_found",
    });
  });

  it("start one run when two people retry them at the same moment", async () => {
    const runId = await fail();
    const tries = await Promise.allSettled([
      core.engine.operations.retryDeadLetter(runId, {}),
      core.engine.operations.retryDeadLetter(runId, {}),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await core.idle();
    expect(await core.store.listRuns({ limit: 10 })).toHaveLength(2);
  });

  it("are retried with other data, which starts no other function", async () => {
    const runId = await fail();
    const again = await core.engine.operations.retryDeadLetter(runId, { data: { good: true, twice: true } });
    await core.idle();
    const run = await core.store.getRun(again.runId);
    expect(run).toMatchObject({ status: "Completed", output: '"fine"' });
    const event = await core.store.getEvent(run?.eventIds[0] ?? "");
    expect(event).toMatchObject({ name: "test/picky", data: '{"good":true,"twice":true}' });
    expect(await core.store.listRuns({ limit: 10 })).toHaveLength(2);
    expect(await letters()).toEqual([]);
  });

  it("are refused with a field that there is not, and stay", async () => {
    const runId = await fail();
    await expect(core.engine.operations.retryDeadLetter(runId, { dta: { good: true } })).rejects.toMatchObject({
      code: "invalid_request",
      message: "There is no field `dta`. Fields are: data.",
    });
    expect(await letters()).toHaveLength(1);
  });

  it("are refused with data that is no event's, and stay", async () => {
    const runId = await fail();
    await expect(core.engine.operations.retryDeadLetter(runId, { data: [1] })).rejects.toMatchObject({
      code: "invalid_event",
    });
    expect(await letters()).toHaveLength(1);
  });

  it("can be dropped", async () => {
    const runId = await fail();
    await core.engine.operations.dropDeadLetter(runId);
    expect(await letters()).toEqual([]);
    await expect(core.engine.operations.dropDeadLetter(runId)).rejects.toMatchObject({ code: "dead_letter_not_found" });
    expect(await core.store.getRun(runId)).toMatchObject({ status: "Failed" });
  });
});
