import { describe, expect, it } from "vitest";
import type { Handler } from "../../src/function/index.ts";
import { hashStepId } from "../../src/steps/index.ts";
import { type CallOverrides, callOnce } from "./simulate-run.ts";

async function warningsOf(handler: Handler, overrides: CallOverrides = {}): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { debug() {}, info() {}, error() {}, warn: (text: string) => void warnings.push(text) };
  await callOnce(handler, { ...overrides, context: { ...overrides.context, logger } });
  return warnings;
}

const memo = (...ids: string[]) => ({
  steps: Object.fromEntries(ids.map((id) => [hashStepId(id), { data: id }])),
  order: ids.map(hashStepId),
});

describe("a function that was changed under its run", () => {
  const renamed: Handler = async ({ step }) => {
    await step.run("a", () => 1);
    await step.run("new-name", () => 2);
  };

  it("is told which steps the run remembers and which came instead", async () => {
    const unknown = "f".repeat(40);
    const { steps, order } = memo("a", "old-name");
    const remembered = { steps: { ...steps, [unknown]: { data: 1 } }, order: [...order, unknown] };
    const [warning, ...rest] = await warningsOf(renamed, remembered);
    expect(rest).toEqual([]);
    expect(warning).toContain(`did not ask for: old-name, ${unknown}; it asked for new-name instead.`);
  });

  it("is not warned while everything remembered is asked for, nor when it ends", async () => {
    expect(await warningsOf(renamed, memo("a"))).toEqual([]);
    expect(await warningsOf(async () => "done", memo("a"))).toEqual([]);
  });

  it("names ten of many", async () => {
    const many = Array.from({ length: 13 }, (_, i) => `old-${i}`);
    const [warning] = await warningsOf(renamed, memo("a", ...many));
    expect(warning).toContain("old-9 and 3 more; it asked");
  });
});

describe("options of a step that mean nothing", () => {
  it("are accepted, and warned of once", async () => {
    const handler: Handler = async ({ step }) => {
      await step.run({ id: "a", timeout: 5 } as { id: string }, () => 1);
      return step.run({ id: "b", timeout: 5, retry: 3 } as { id: string }, () => 1);
    };
    expect(await warningsOf(handler)).toEqual([
      'Step "a" has options that mean nothing: timeout. Known: id, name, parallelMode, retries.',
    ]);
    expect(await warningsOf(handler, memo("a"))).toEqual([expect.stringContaining("mean nothing: retry.")]);
  });
});

describe("repeated ids", () => {
  it("in parallel are warned of, once", async () => {
    const warnings = await warningsOf(async ({ step }) => Promise.all([1, 2, 3].map((i) => step.run("same", () => i))));
    expect(warnings).toEqual([
      {
        code: "AUTOMATIC_PARALLEL_INDEXING",
        explanation: expect.stringContaining('Step "same" was called again before'),
        action: "Give each step an id of its own.",
      },
    ]);
  });

  it("in parallel are warned of while they are replayed, too", async () => {
    const handler: Handler = async ({ step }) => Promise.all([1, 2].map((i) => step.run("same", () => i)));
    expect(await warningsOf(handler, memo("same", "same:1"))).toHaveLength(1);
  });

  it("of fetches to one host are not, since nobody can name them", async () => {
    const fetches: Handler = async ({ step }) =>
      Promise.all(["a", "b"].map((path) => step.fetch(`https://example.com/${path}`)));
    expect(await warningsOf(fetches)).toEqual([]);
  });

  it("one after the other are not", async () => {
    const loop: Handler = async ({ step }) => {
      for (let i = 0; i < 3; i++) await step.run("same", () => i);
    };
    expect(await warningsOf(loop, memo("same", "same:1"))).toEqual([]);
  });
});
