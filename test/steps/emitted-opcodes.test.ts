import { expect, test } from "vitest";
import { createStepTools, emittedOpcodes } from "../../src/steps/index.ts";

test("each step tool stands under the opcode that it emits, once", () => {
  const unused = (): never => {
    throw new Error("Not called: only the names of the tools are read.");
  };
  const tools = Object.keys(createStepTools(unused, unused));
  const placed = Object.values(emittedOpcodes).flatMap((tools) => (Array.isArray(tools) ? tools : []));
  expect(placed.sort()).toEqual(tools.sort());
});
