import { expect, it } from "vitest";

it("the handler's tests of this project run among the edge runtime's globals, not those of Node.js", () => {
  const globals = globalThis as Record<string, unknown>;
  expect(globals["EdgeRuntime"]).toBe("edge-runtime");
  expect([globals["MessageChannel"], globals["BroadcastChannel"], globals["require"]]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
