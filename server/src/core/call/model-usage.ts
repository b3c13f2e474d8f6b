/**
 * What a model's answer says of itself: its name and the tokens that it took, in the words of `inngest.ai` metadata. Called by
 * http-step for `step.ai.infer`. Pure. Reads the answers of OpenAI, Anthropic and Gemini, and whatever speaks like them.
 */
import { toStoredJson } from "../../domain/stored-json.ts";

type Raw = Record<string, unknown>;

const isObject = (value: unknown): value is Raw => typeof value === "object" && value !== null;

function firstOf<T>(owner: unknown, names: readonly string[], holds: (value: unknown) => value is T): T | undefined {
  if (!isObject(owner)) return undefined;
  return names.map((name) => owner[name]).find(holds);
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;

/** JSON text of an object; null when the answer tells nothing of the kind. */
export function modelUsage(answer: unknown, latencyMs: number): string | null {
  if (!isObject(answer)) return null;
  const usage = answer.usage ?? answer.usageMetadata;
  const values = {
    response_model: firstOf(answer, ["model", "modelVersion"], isText),
    response_id: firstOf(answer, ["id", "responseId"], isText),
    input_tokens: firstOf(usage, ["input_tokens", "prompt_tokens", "promptTokenCount"], isCount),
    output_tokens: firstOf(usage, ["output_tokens", "completion_tokens", "candidatesTokenCount"], isCount),
    total_tokens: firstOf(usage, ["total_tokens", "totalTokenCount"], isCount),
  };
  if (values.response_model === undefined && values.input_tokens === undefined) return null;
  return toStoredJson({ ...values, latency_ms: latencyMs });
}
