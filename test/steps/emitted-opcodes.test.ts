import { expect, test } from "vitest";
import { createStepTools, emittedOpcodes } from "../../src/steps/index.ts";

test("each step tool stands under the opcode that it emits, once", () => {
  const unused = (): never => {
    throw new Error("Not called: only the names of the tools are read.");
  };
  const { ai, realtime: _notBuilt, ...tools } = createStepTools(unused, unused);
  const { models, ...ofAi } = ai;
  const names = [...Object.keys(tools), ...Object.keys(ofAi).map((name) => `ai.${name}`)];
  const placed = Object.values(emittedOpcodes).flatMap((placed) => (Array.isArray(placed) ? placed : []));
  expect(placed.sort()).toEqual(names.sort());
  expect(Object.keys(models).length).toBe(7);
});
