import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunRecord } from "../../../../server/src/domain/run/run.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { operations, result, type ScriptedCall, stepRun } from "../../../helpers/scripted-caller.ts";

const a = "a".repeat(40);
const b = "b".repeat(40);

let core: CoreEngine;
/** What each step ran with, over all runs. */
let ran: string[];

/** Two steps, one after the other; the output is what they gave. */
function twoSteps({ body }: ScriptedCall) {
  const steps = body.steps as Record<string, { data?: unknown; input?: unknown[] } | undefined>;
  const [first, second] = [steps[a], steps[b]];
  if (first === undefined || "input" in first) {
    ran.push(`a(${JSON.stringify(first?.input ?? ["as written"])})`);
    return operations([stepRun(a, first?.input?.[0] ?? "one")]);
  }
  if (second === undefined || "input" in second) {
    ran.push(`b after ${JSON.stringify(first.data)}`);
    return operations([stepRun(b, "two")]);
  }
  return result({ event: body.event.data, a: first.data, b: second.data });
}

it("from a step that waits for its retry: what came before is remembered, and the step runs anew", async () => {
  await core.stop();
  let fails = true;
  const script = ({ body }: ScriptedCall) => {
    const steps = body.steps as Record<string, unknown>;
    if (steps[a] === undefined) return operations([stepRun(a, "one")]);
    if (steps[b] !== undefined) return result("done");
    const error = { name: "Error", message: "not yet" };
    return operations([fails ? { op: "StepError", id: b, displayName: "b", error } : stepRun(b, "two")]);
  };
  core = await createCoreEngine({ scripts: { app: script } });
  await core.engine.register(registration([functionConfig("app", { retries: 3 })]));
  const run = await core.runOf(await core.send("test/app"));
  await core.idle();
  fails = false;
  const { runId } = await core.engine.operations.rerun(run.id, { fromStep: { stepId: "b" } });
  await core.idle();
  expect(await core.store.getRun(runId)).toMatchObject({ status: "Completed", output: '"done"' });
  expect((await core.store.listSteps(runId)).map(({ id }) => id)).toEqual([a, b]);
  await expect(core.engine.operations.rerun(run.id, { fromStep: { stepId: "zzz" } })).rejects.toThrow("Its steps: ");
});

beforeEach(async () => {
  ran = [];
  core = await createCoreEngine({ scripts: { two: twoSteps } });
  await core.engine.register(registration([functionConfig("two", { rateLimit: { limit: 1, period: "1h" } })]));
});
afterEach(() => core.stop());

async function rerun(runId: string, body: unknown = {}): Promise<RunRecord> {
  const again = await core.engine.operations.rerun(runId, body);
  await core.idle();
  const run = await core.store.getRun(again.runId);
  if (run === null) throw new Error("no run");
  return run;
}

const outputOf = (run: RunRecord): unknown => JSON.parse(run.output ?? "null");

describe("rerun", () => {
  it("runs a run again with the same event, as a run of its own, past its rate limit", async () => {
    const first = await core.runOf(await core.send("test/two", { n: 7 }));
    ran = [];
    const again = await rerun(first.id);
    expect(again).toMatchObject({ status: "Completed", originalRunId: first.id, eventIds: first.eventIds });
    expect(outputOf(again)).toEqual({ event: { n: 7 }, a: "one", b: "two" });
    expect(ran).toEqual(['a(["as written"])', 'b after "one"']);
    expect(await core.store.getRun(first.id)).toEqual(first);
  });

  it("remembers what came before the step that it goes on from", async () => {
    const first = await core.runOf(await core.send("test/two"));
    ran = [];
    const again = await rerun(first.id, { fromStep: { stepId: b } });
    expect(ran).toEqual(['b after "one"']);
    expect(outputOf(again)).toEqual({ event: {}, a: "one", b: "two" });
    expect((await core.store.listSteps(again.id)).map(({ id, position }) => [id, position])).toEqual([
      [a, 1],
      [b, 2],
    ]);
  });

  it("gives a step other arguments", async () => {
    const first = await core.runOf(await core.send("test/two"));
    ran = [];
    const again = await rerun(first.id, { fromStep: { stepId: a, input: ["edited", 2] } });
    expect(ran).toEqual(['a(["edited",2])', 'b after "edited"']);
    expect(outputOf(again)).toMatchObject({ a: "edited" });
  });

  it("replaces what a step gave, by the name that its author wrote", async () => {
    const first = await core.runOf(await core.send("test/two"));
    ran = [];
    const again = await rerun(first.id, { fromStep: { stepId: a, output: { x: null } } });
    expect(ran).toEqual(['b after {"x":null}']);
    expect(outputOf(again)).toEqual({ event: {}, a: { x: null }, b: "two" });
  });

  it.each([
    [{ fromStep: {} }, "invalid_request", "fromStep.stepId"],
    [{ fromStep: "a" }, "invalid_request", "fromStep.stepId"],
    [{ fromStep: { stepId: a, input: "x" } }, "invalid_request", "must be an array"],
    [{ fromStep: { stepId: a, input: [], output: 1 } }, "invalid_request", "has `input` and `output`"],
    [{ fromstep: { stepId: a } }, "invalid_request", "There is no field `fromstep`. Fields are: fromStep."],
    [{ fromStep: { stepId: a, ouput: 1 } }, "invalid_request", "There is no field `fromStep.ouput`"],
    [{ fromStep: { stepId: "nowhere" } }, "step_not_found", 'has no step "nowhere"'],
  ])("refuses %j", async (body, code, message) => {
    const first = await core.runOf(await core.send("test/two"));
    await expect(core.engine.operations.rerun(first.id, body)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it("refuses a run that there is not, and one whose function no app serves", async () => {
    await expect(core.engine.operations.rerun("01M809TCX7324PFZ1D8G4PKVX9", null)).rejects.toMatchObject({
      code: "run_not_found",
    });
    const first = await core.runOf(await core.send("test/two"));
    await core.engine.register(registration([functionConfig("other")]));
    await expect(core.engine.operations.rerun(first.id, {})).rejects.toMatchObject({ code: "unknown_function" });
  });

  it("refuses a name that several steps have, and lists their hashes", async () => {
    await core.stop();
    const twins = await createCoreEngine({
      scripts: {
        two: ({ body }) =>
          Object.keys(body.steps).length === 0
            ? operations([
                { ...stepRun(a, 1), displayName: "same" },
                { ...stepRun(b, 2), displayName: "same" },
              ])
            : result(1),
      },
    });
    core = twins;
    await twins.engine.register(registration([functionConfig("two")]));
    const run = await twins.runOf(await twins.send("test/two"));
    await expect(twins.engine.operations.rerun(run.id, { fromStep: { stepId: "same" } })).rejects.toMatchObject({
      code: "step_not_found",
      message: expect.stringContaining(`${a}, ${b}`),
    });
  });

  it("puts an output in place of a step that has not ended, and says when a run has no steps", async () => {
    await core.stop();
    core = await createCoreEngine({
      scripts: {
        two: ({ body }) =>
          a in body.steps
            ? result(body.steps[a])
            : operations([{ op: "Sleep", id: a, displayName: "nap", name: "1d" }]),
        none: () => result(1),
      },
    });
    await core.engine.register(registration([functionConfig("two"), functionConfig("none")]));
    const sleeping = await core.runOf(await core.send("test/two"));
    const again = await rerun(sleeping.id, { fromStep: { stepId: "nap", output: "awake" } });
    expect(again.status).toBe("Completed");
    expect(outputOf(again)).toEqual({ data: "awake" });
    expect((await core.store.getRun(sleeping.id))?.status).toBe("Running");
    const without = await core.runOf(await core.send("test/none"));
    await expect(core.engine.operations.rerun(without.id, { fromStep: { stepId: "a" } })).rejects.toMatchObject({
      code: "step_not_found",
      message: expect.stringContaining("It has no steps."),
    });
  });

  it("refuses a run whose event is gone", async () => {
    const { store } = core;
    const first = await core.runOf(await core.send("test/two"));
    const forgetful: typeof store = {
      ...store,
      loadExecution: async (runId) => {
        const execution = await store.loadExecution(runId);
        return execution === null ? null : { ...execution, events: [] };
      },
    };
    const second = await createCoreEngine({ store: forgetful, clock: core.clock });
    await expect(second.engine.operations.rerun(first.id, {})).rejects.toMatchObject({
      code: "event_not_found",
      message: expect.stringContaining(first.id),
    });
    await second.engine.stop(0);
  });

  it("repeats a run of a cron", async () => {
    await core.engine.register(registration([functionConfig("two", { triggers: [{ cron: "0 * * * *" }] })]));
    await core.advance(3_600_000);
    const [run] = await core.store.listRuns({ limit: 1 });
    const again = await rerun(run?.id ?? "");
    expect(again).toMatchObject({ status: "Completed", cron: "0 * * * *", originalRunId: run?.id });
  });

  it("begins at once, also when its event lies in the future", async () => {
    const eventId = await core.send("test/two", {}, { ts: core.clock.now() + 86_400_000 });
    const waiting = await core.runOf(eventId);
    expect(waiting.status).toBe("Queued");
    expect((await rerun(waiting.id)).status).toBe("Completed");
  });
});
