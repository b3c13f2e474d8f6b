/**
 * The words of Gemini's `safetySettings`, by name. Exported whole as `GeminiAiAdapter`; nothing here uses them.
 * Source: ai.google.dev/api/generate-content.
 */

/**
 * What a safety setting is about.
 * @example
 * ```ts
 * import { GeminiAiAdapter, gemini } from "stepwell";
 *
 * const category = GeminiAiAdapter.HarmCategory.HARM_CATEGORY_HARASSMENT;
 * const threshold = GeminiAiAdapter.HarmBlockThreshold.BLOCK_ONLY_HIGH;
 * export const model = gemini({
 *   model: "gemini-2.5-flash",
 *   defaultParameters: { safetySettings: [{ category, threshold }] },
 * });
 * ```
 */
export const HarmCategory = {
  HARM_CATEGORY_UNSPECIFIED: "HARM_CATEGORY_UNSPECIFIED",
  HARM_CATEGORY_HATE_SPEECH: "HARM_CATEGORY_HATE_SPEECH",
  HARM_CATEGORY_SEXUALLY_EXPLICIT: "HARM_CATEGORY_SEXUALLY_EXPLICIT",
  HARM_CATEGORY_DANGEROUS_CONTENT: "HARM_CATEGORY_DANGEROUS_CONTENT",
  HARM_CATEGORY_HARASSMENT: "HARM_CATEGORY_HARASSMENT",
  HARM_CATEGORY_CIVIC_INTEGRITY: "HARM_CATEGORY_CIVIC_INTEGRITY",
} as const;

/** One of {@link HarmCategory}. */
export type HarmCategory = keyof typeof HarmCategory;

/** From how probable harm on an answer is held back. */
export const HarmBlockThreshold = {
  HARM_BLOCK_THRESHOLD_UNSPECIFIED: "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
  BLOCK_LOW_AND_ABOVE: "BLOCK_LOW_AND_ABOVE",
  BLOCK_MEDIUM_AND_ABOVE: "BLOCK_MEDIUM_AND_ABOVE",
  BLOCK_ONLY_HIGH: "BLOCK_ONLY_HIGH",
  BLOCK_NONE: "BLOCK_NONE",
  OFF: "OFF",
} as const;

/** One of {@link HarmBlockThreshold}. */
export type HarmBlockThreshold = keyof typeof HarmBlockThreshold;
