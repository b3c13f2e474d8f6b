/** Reads what crons and schedules say beside their expression. Called by parse-triggers and schedules. Pure. */
import { allowedText, parseTimeString, triggerOptions } from "stepwell/protocol";
import type { missedRules } from "../../domain/schedule.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { toWord } from "../wire/spelling.ts";

/** A text without space around it; "" for what is none. */
export function trimmed(value: unknown): string {
  return typeof value === "string" ? toWellFormed(value.trim()) : "";
}

/** Languages whose texts cannot be absent send empty ones. */
export const isUnset = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "");

/**
 * Milliseconds of a jitter such as "30s"; 0 for none.
 * @throws Error when it is no time, or too short or long
 */
export function parseJitter(raw: unknown, limits: Pick<EngineLimits, "cronJitterMaxMs">): number {
  if (isUnset(raw)) return 0;
  const jitterMs = typeof raw === "number" ? raw : parseTimeString(trimmed(raw));
  const bounds = { ...triggerOptions.jitter, max: limits.cronJitterMaxMs };
  if (jitterMs !== null && jitterMs >= bounds.min && jitterMs <= bounds.max) return jitterMs;
  throw new Error(`\`jitter\` must be ${allowedText(bounds)}, got ${JSON.stringify(raw)}`);
}

/** @throws Error when it is no rule */
export function parseMissed(raw: unknown): (typeof missedRules)[number] {
  if (isUnset(raw)) return "one";
  const { words } = triggerOptions.missed;
  const rule = words.find((known) => known === toWord(raw, words));
  if (rule !== undefined) return rule;
  throw new Error(`\`missed\` must be ${allowedText(triggerOptions.missed)}, got ${JSON.stringify(raw)}`);
}
