/**
 * What an app's headers say about trying again. Called by read-answer.
 */
import { headerKeys, limits } from "stepwell/protocol";
import { noAdvice, type RetryAdvice } from "../domain/answer.ts";

/** Reads `Retry-After`: seconds of at most 7 characters, or a date. Clamped to 1 s to 24 h from `now`. Null when it is neither. */
export function parseRetryAfter(text: string | null, now: number): number | null {
  const value = text?.trim() ?? "";
  if (value === "") return null;
  const seconds = /^\d+(?:\.\d+)?$/.test(value);
  if (seconds && value.length > 7) return null;
  const at = seconds ? now + Number(value) * 1000 : Date.parse(value);
  if (Number.isNaN(at)) return null;
  return Math.ceil(Math.min(Math.max(at, now + limits.retryDelayMinMs), now + limits.retryDelayMaxMs));
}

/** `header` gives a header's value by its lower-case name, null when it is missing. */
export function readRetryAdvice(header: (name: string) => string | null, now: number): RetryAdvice {
  const noRetry = header(headerKeys.noRetry)?.trim().toLowerCase();
  const retryAt = parseRetryAfter(header(headerKeys.retryAfter), now);
  if (noRetry === undefined && retryAt === null) return noAdvice;
  return { noRetry: noRetry === "true" ? true : noRetry === "false" ? false : null, retryAt };
}
