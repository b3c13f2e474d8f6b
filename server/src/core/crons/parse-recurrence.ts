/** Reads what crons and schedules say beside their expression. Called by parse-triggers and schedules. Pure. */
import { parseTimeString, limits as protocolLimits } from "stepwell/protocol";
import { missedRules } from "../../domain/schedule.ts";
import { toWellFormed } from "../../domain/stored-json.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { toWord } from "../wire/spelling.ts";

/** A text without space around it; "" for what is none. */
export function trimmed(value: unknown): string {
  return typeof value === "string" ? toWellFormed(value.trim()) : "";
}

/** Languages whose texts cannot be absent send empty ones. */
export const isUnset = (value: unknown): boolean => value === undefined || value === null || value === "";

/**
 * Milliseconds of a jitter such as "30s"; 0 for none.
 * @throws Error when it is no time, or too short or long
 */
export function parseJitter(raw: unknown, limits: Pick<EngineLimits, "cronJitterMaxMs">): number {
  if (isUnset(raw)) return 0;
  const jitterMs = typeof raw === "number" ? raw : parseTimeString(trimmed(raw));
  const { periodMinMs } = protocolLimits;
  if (jitterMs !== null && jitterMs >= periodMinMs && jitterMs <= limits.cronJitterMaxMs) return jitterMs;
  throw new Error(
    `\`jitter\` is ${JSON.stringify(raw)}: expected a time from ${periodMinMs / 1000}s to ${limits.cronJitterMaxMs / 1000}s, such as "30s"`,
  );
}

/** @throws Error when it is no rule */
export function parseMissed(raw: unknown): (typeof missedRules)[number] {
  if (isUnset(raw)) return "one";
  const rule = missedRules.find((known) => known === toWord(raw, missedRules));
  if (rule !== undefined) return rule;
  throw new Error(
    `\`missed\` is ${JSON.stringify(raw)}: expected "skip" (ticks that were missed start nothing), "one" (the latest does) or "all"`,
  );
}
