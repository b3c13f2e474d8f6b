/** Asks a language model for one sentence. Called by describe-vibe. Must never put the key in a message. */
import { NonRetriableError, RetryAfterError } from "stepwell";
import type { Analysis } from "../analysis/analyze.ts";

export interface LlmAnswer {
  text: string;
  inputTokens: number;
  outputTokens: number;
}

export type AskLlm = (key: string, metrics: Analysis, whose: "user-key" | "platform-key") => Promise<LlmAnswer>;

const timeoutMs = 60_000;

/** @param baseUrl without a slash at its end */
export function createAskLlm(baseUrl: string, send: typeof fetch): AskLlm {
  return async (key, { commits, byHour, byWeekday, sessions, churn }, whose) => {
    const facts = JSON.stringify({ commits, byHour, byWeekday, sessions, churn });
    const response = await send(`${baseUrl}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
      body: JSON.stringify({
        model: "claude-haiku-4-5",
        max_tokens: 200,
        messages: [{ role: "user", content: `Describe in one sentence how these people work: ${facts}` }],
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 401 || response.status === 403)
      throw new NonRetriableError(
        whose === "user-key"
          ? "The language model refused your API key. Save a valid one, or remove it."
          : "The language model refused the platform's key. Check LLM_API_KEY.",
      );
    if (response.status === 429) {
      const waitMs = Number(response.headers.get("retry-after") ?? "60") * 1000;
      throw new RetryAfterError("The language model takes no more requests for now.", waitMs >= 0 ? waitMs : 60_000);
    }
    if (!response.ok) throw new Error(`The language model answered ${response.status}.`);
    const { content = [], usage } = (await response.json()) as {
      content?: { text?: string }[];
      usage?: { input_tokens: number; output_tokens: number };
    };
    const text = content.map((part) => part.text ?? "").join("");
    return { text, inputTokens: usage?.input_tokens ?? 0, outputTokens: usage?.output_tokens ?? 0 };
  };
}
