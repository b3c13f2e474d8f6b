import { describe, expect, it } from "vitest";
import type { StepTools } from "../../src/steps/index.ts";
import { setUp } from "./set-up-tools.ts";

const model = { model: "m", apiKey: "key" };

describe("wrong calls", () => {
  const ids: unknown[] = [undefined, 5, {}, { id: 5 }, null];
  const toolsById: [string, (tools: StepTools, id: never) => unknown][] = [
    ["run", ({ run }, id) => run(id, () => 1)],
    ["sleep", ({ sleep }, id) => sleep(id, 1)],
    ["sleep", ({ sleepUntil }, id) => sleepUntil(id, new Date())],
    ["waitForEvent", ({ waitForEvent }, id) => waitForEvent(id, { event: "e", timeout: 1 })],
    ["sendEvent", ({ sendEvent }, id) => sendEvent(id, [])],
    ["invoke", ({ invoke }, id) => invoke(id, { function: "f" })],
    ["ai.wrap", ({ ai }, id) => ai.wrap(id, () => 1)],
  ];
  for (const [name, make] of toolsById) {
    it.each(ids)(`step.${name} refuses the id %j`, async (id) => {
      await expect(async () => make(setUp().tools, id as never)).rejects.toThrow(`step.${name} needs an id`);
    });
  }

  const wrong: [string, (tools: StepTools) => unknown][] = [
    [
      'option `parallelMode` is "fast"; allowed: "race"',
      ({ run }) => run({ id: "a", parallelMode: "fast" } as never, () => 1),
    ],
    [
      "option `retries` is 21; allowed: a whole number from 0 to 20",
      ({ run }) => run({ id: "a", retries: 21 }, () => 1),
    ],
    ["takes no `retries`: the engine does the work", ({ sleep }) => sleep({ id: "a", retries: 1 }, "1s")],
    ['step.run("a") needs a function as its second argument, but got 5', ({ run }) => run("a", 5 as never)],
    ['step.ai.wrap("a") needs a function', ({ ai }) => ai.wrap("a", null as never)],
    ['"soon" is not a length of time', ({ sleep }) => sleep("a", "soon" as never)],
    ["is not a moment in time", ({ sleepUntil }) => sleepUntil("a", "never")],
    [
      'its argument is "e"; allowed: an object with event, timeout, match, if',
      ({ waitForEvent }) => waitForEvent("a", "e" as never),
    ],
    [
      '`event` is ""; allowed: an event\'s name or an event type',
      ({ waitForEvent }) => waitForEvent("a", { event: "", timeout: 1 } as never),
    ],
    ["`timeout` is missing", ({ waitForEvent }) => waitForEvent("a", { event: "e" } as never)],
    [
      "has both match and if; allowed: one of them",
      ({ waitForEvent }) => waitForEvent("a", { event: "e", timeout: 1, match: "data.a", if: "true" }),
    ],
    ["`signal` is missing", ({ waitForSignal }) => waitForSignal("a", { timeout: 1 } as never)],
    [
      '`onConflict` is "ask"; allowed: "replace" or "fail"',
      ({ waitForSignal }) => waitForSignal("a", { signal: "s", timeout: 1, onConflict: "ask" as never }),
    ],
    ["`signal` is missing", ({ sendSignal }) => sendSignal("a", {} as never)],
    ["is undefined; allowed: an event or an array of events", ({ sendEvent }) => sendEvent("a", undefined as never)],
    ["`function` is missing", ({ invoke }) => invoke("a", { function: undefined as unknown as string })],
    [
      "`function` is an object; allowed: a function, referenceFunction({",
      ({ invoke }) => invoke("a", { function: {} as object }),
    ],
    ["allowed: an object with `model`", ({ ai }) => ai.infer("a", { body: {} } as never)],
    ["and `body`, an object", ({ ai }) => ai.infer("a", { model: ai.models.openai(model) } as never)],
  ];
  it.each(wrong)("are told: %s", async (message, make) => {
    const { tools, calls } = setUp();
    await expect(async () => make(tools)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });
});
