import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { opcodes, runCompleteId } from "../../src/protocol/index.ts";
import {
  createStepTools,
  emittedOpcodes,
  hashStepId,
  repeatedId,
  type StepCall,
  StepIdCounter,
} from "../../src/steps/index.ts";

describe("step ids", () => {
  it("are SHA-1, for more ids than are remembered", () => {
    for (let i = 0; i < 5000; i++) {
      const id = `step ü ${i}`;
      expect(hashStepId(id)).toBe(createHash("sha1").update(id).digest("hex"));
    }
    expect(hashStepId("complete")).toBe(runCompleteId);
  });

  it("count repeats from the second on", () => {
    const counter = new StepIdCounter();
    expect(["a", "a", "b", "a"].map((id) => repeatedId(id, counter.indexOf(id)))).toEqual(["a", "a:1", "b", "a:2"]);
  });
});

describe("step tools", () => {
  const calls: StepCall[] = [];
  const tools = createStepTools(
    async (call) => void calls.push(call),
    async () => ({ ids: [] }),
  );

  it("emit what the table of opcodes says", async () => {
    await tools.run("r", () => 1);
    await tools.sendEvent("e", { name: "x" });
    await tools.sleep("s", "1m");
    await tools.sleepUntil("u", new Date(0));
    const byOp: Record<string, number> = {};
    for (const { op } of calls) byOp[op] = (byOp[op] ?? 0) + 1;
    const table = Object.entries(emittedOpcodes).filter(([, tools_]) => Array.isArray(tools_));
    expect(byOp).toEqual(Object.fromEntries(table.map(([op, list]) => [op, list.length])));
    expect(Object.keys(emittedOpcodes)).toEqual([...opcodes]);
  });

  it.each([[""], [undefined], [5], [{}], [{ id: "" }], [null]])("refuse the id %j", async (id) => {
    await expect(async () => tools.run(id as never, () => 1)).rejects.toThrow("step.run needs an id");
    await expect(tools.sleep(id as never, 1)).rejects.toThrow("step.sleep needs an id");
    await expect(tools.sleepUntil(id as never, new Date())).rejects.toThrow("step.sleepUntil needs an id");
    await expect(async () => tools.sendEvent(id as never, [])).rejects.toThrow("step.sendEvent needs an id");
  });

  it("refuse unknown options, and a step without a function", async () => {
    await expect(async () => tools.run({ id: "a", parallelMode: "race" } as never, () => 1)).rejects.toThrow(
      'unknown option "parallelMode"',
    );
    await expect(async () => tools.run("a", 5 as never)).rejects.toThrow('step.run("a") needs a function');
  });
});
