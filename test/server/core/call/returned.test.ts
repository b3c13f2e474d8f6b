/** When an app names only steps that are under way, it is asked whether its function has returned. */
import { afterEach, describe, expect, it } from "vitest";
import type { Answer } from "../../../../server/src/domain/answer.ts";
import { type CoreEngine, createCoreEngine, functionConfig, registration } from "../../../helpers/core-engine.ts";
import { failure, operations, result, type Script, stepPlanned, stepRun } from "../../../helpers/scripted-caller.ts";

let core: CoreEngine;
afterEach(() => core.stop());

const race = { parallelMode: "race" };
const nap = { op: "Sleep", id: "nap", displayName: "nap", name: "4h", opts: race } as const;
const work = stepPlanned("work", race);
const noStep = "0".repeat(40);

/** An app whose race a step's work has won; `asked` says what it answers to the question. */
async function racing(asked: Answer, { version = 2, sdk = "js:v4.24.0" } = {}) {
  const seen: unknown[] = [];
  const script: Script = ({ stepId, body }) => {
    seen.push([stepId, body.ctx.pending]);
    if (stepId === "work") return operations([{ ...stepRun("work", 1), opts: race }], version);
    if (stepId === noStep) return asked;
    return body.steps["work"] === undefined ? operations([work, nap], version) : operations([nap], version);
  };
  core = await createCoreEngine({ scripts: { "app-f": script } });
  await core.engine.register({ ...registration([functionConfig("app-f")]), sdk });
  const run = await core.runOf(await core.send("test/app-f"));
  return { seen, status: (await core.store.getRun(run.id))?.status, run };
}

describe("a function whose race is won", () => {
  it("ends its run when it has returned, and nothing of it is left", async () => {
    const { seen, status, run } = await racing(result("done"));
    expect(status).toBe("Completed");
    expect(seen).toEqual([
      ["step", undefined],
      ["work", undefined],
      ["step", ["nap"]],
      [noStep, ["nap"]],
    ]);
    expect(await core.store.listItems(run.id)).toEqual([]);
    expect((await core.store.listSteps(run.id)).map(({ id, status }) => [id, status])).toEqual([
      ["work", "Completed"],
      ["nap", "Cancelled"],
    ]);
  });

  it.each([
    ["has not returned", failure({ name: "Error", message: "Could not find step" }, { noRetry: true })],
    ["names the step once more", operations([nap])],
  ])("goes on waiting when it %s", async (_name, asked) => {
    const { status, run } = await racing(asked);
    expect(status).toBe("Running");
    expect(await core.store.listAttempts(run.id)).toEqual([]);
    expect((await core.store.listItems(run.id)).map(({ stepId }) => stepId)).toEqual(["nap"]);
  });

  it("is not asked in the format that is called after each step, and told nothing in other languages", async () => {
    expect((await racing(result("done"), { version: 1 })).seen).not.toContainEqual([noStep, ["nap"]]);
    await core.stop();
    expect((await racing(result("done"), { sdk: "py:v0.5.0" })).seen).toEqual([
      ["step", undefined],
      ["work", undefined],
      ["step", undefined],
    ]);
  });
});
