import type { Operation } from "stepwell/protocol";
import { describe, expect, it } from "vitest";
import { operations, result, type Script, stepPlanned } from "../../../helpers/scripted-caller.ts";
import { engineWith } from "../../../helpers/wait-engine.ts";

const step = (data: unknown, opts: Record<string, unknown> = {}): Operation => ({
  op: "Step",
  id: "a",
  displayName: "a",
  data,
  opts,
});

describe("a step whose output the app has wrapped", () => {
  it.each([[{ data: { n: 1 } }], [{ data: null }], [{ error: { name: "Error", message: "no" } }]])(
    "is remembered as it is: %j",
    async (wrapped) => {
      const script: Script = ({ body }) => ("a" in body.steps ? result(body.steps.a) : operations([step(wrapped)]));
      const core = await engineWith({ "app-f": script });
      const id = await core.send("test/app-f");
      expect(await core.output(id)).toEqual(wrapped);
      const [stored] = await core.store.listSteps((await core.runOf(id)).id);
      expect(stored).toMatchObject({ op: "Step", status: "Completed", memo: JSON.stringify(wrapped) });
    },
  );

  it("in race mode calls the function while another step is pending", async () => {
    const race = { parallelMode: "race" };
    const script: Script = ({ stepId, body }) => {
      if (stepId === "a") return operations([step({ data: "first" }, race)]);
      if (body.steps.a !== undefined) return result(body.steps.a);
      return operations([stepPlanned("a", race), { op: "Sleep", id: "z", name: "1d", displayName: "z", opts: race }]);
    };
    const core = await engineWith({ "app-f": script });
    expect(await core.output(await core.send("test/app-f"))).toEqual({ data: "first" });
  });
});
