import { describe, expect, it } from "vitest";
import { modelUsage } from "../../../../server/src/core/call/model-usage.ts";

describe("modelUsage", () => {
  it.each([
    [
      "OpenAI",
      { id: "c1", model: "gpt-4o", usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } },
      { response_model: "gpt-4o", response_id: "c1", input_tokens: 12, output_tokens: 3, total_tokens: 15 },
    ],
    [
      "Anthropic",
      { id: "m1", model: "claude", usage: { input_tokens: 5, output_tokens: 6 } },
      { response_model: "claude", response_id: "m1", input_tokens: 5, output_tokens: 6 },
    ],
    [
      "Gemini",
      { modelVersion: "gemini", usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 } },
      { response_model: "gemini", input_tokens: 1, output_tokens: 2, total_tokens: 3 },
    ],
  ])("reads the answer of %s", (_name, answer, values) => {
    expect(JSON.parse(modelUsage(answer, 40) ?? "")).toEqual({ ...values, latency_ms: 40 });
  });

  it("says nothing when the answer does not, whatever it is", () => {
    for (const answer of [null, 7, "text", [], { choices: [] }, { usage: 3, model: "" }])
      expect(modelUsage(answer, 1)).toBeNull();
  });
});
