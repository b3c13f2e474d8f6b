import { describe, expect, it } from "vitest";
import type { MetadataAnswer } from "../../../../server/src/api/answers.ts";
import { metadataLines } from "../../../../server/src/cli/format/metadata-lines.ts";

const entry = (kind: string, values: Record<string, unknown>, more: Partial<MetadataAnswer> = {}): MetadataAnswer => ({
  kind,
  scope: "step",
  values,
  ...more,
});

describe("metadataLines", () => {
  it("shows what a model took in a few words", () => {
    const values = { response_model: "gpt-4o", input_tokens: 1204, output_tokens: 310, latency_ms: 2100, seed: 1 };
    expect(metadataLines([entry("inngest.ai", values)])).toEqual(["ai  gpt-4o  1,204 tokens in, 310 out, 2.1s"]);
    expect(
      metadataLines([entry("inngest.ai", { request_model: "m", output_tokens: 1234567 }, { attempt: 1 })]),
    ).toEqual(["ai (attempt 2)  m  1,234,567 tokens out"]);
    expect(metadataLines([entry("inngest.ai", { seed: 1 })])).toEqual(["inngest.ai: seed=1"]);
  });

  it("shows other kinds with their keys in order, cut short and without control characters", () => {
    const values = { z: "two\nwords", a: { b: [1] }, long: "x".repeat(60), bad: "\u001b[31m" };
    expect(metadataLines([entry("userland.grade", values), entry("k", {})])).toEqual([
      `userland.grade: z=two words a={"b":[1]} long=${"x".repeat(39)}… bad=[31m`,
      "k: ",
    ]);
    expect(metadataLines(undefined)).toEqual([]);
  });
});
