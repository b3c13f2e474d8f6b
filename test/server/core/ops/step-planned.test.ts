import { describe, expect, it } from "vitest";
import { failure, operations, result, type Script, stepPlanned } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

/** How often a step is tried that never succeeds, in a function with 2 retries. */
async function tries(opts: Record<string, unknown>): Promise<number> {
  let count = 0;
  const script: Script = ({ stepId, body }) => {
    if ("a" in body.steps) return result(body.steps.a);
    if (stepId === "step") return operations([stepPlanned("a", opts)]);
    count += 1;
    const error = { name: "Error", message: "no" };
    return operations([{ op: "StepError", id: "a", displayName: "a", error }]);
  };
  const core = await engineWith({ "app-f": script }, { retries: 2 });
  const id = await core.send("test/app-f");
  for (let n = 0; n < 40 && (await core.runOf(id)).status === "Running"; n++) await core.advance(10_000);
  expect(await core.output(id)).toMatchObject({ error: { message: "no" } });
  return count;
}

describe("a planned step", () => {
  it.each([
    ["says nothing of attempts", {}, 3],
    ["asks for one try", { retries: { attempts: 0 } }, 1],
    ["asks for more than its function", { retries: { attempts: 5 } }, 6],
    ["asks for more than there may be", { retries: { attempts: 1_000 } }, 21],
    ["asks for less than none", { retries: { attempts: -1 } }, 3],
    ["asks for part of a try", { retries: { attempts: 1.5 } }, 3],
    ["asks with a text", { retries: { attempts: "1" } }, 3],
    ["asks with nothing", { retries: null }, 3],
  ])("that %s is tried accordingly", async (_what, opts, expected) => {
    expect(await tries(opts)).toBe(expected);
  });

  it("that is called in vain, as its app fails, counts its own attempts", async () => {
    let calls = 0;
    const script: Script = ({ stepId }) => {
      if (stepId === "step") return operations([stepPlanned("a", { retries: { attempts: 1 } })]);
      calls += 1;
      return failure({ name: "Error", message: "down" });
    };
    const core = await engineWith({ "app-f": script }, { retries: 4 });
    const id = await core.send("test/app-f");
    await core.advance(1_000);
    expect(calls).toBe(2);
    expect(await core.runOf(id)).toMatchObject({ status: "Failed" });
  });
});
