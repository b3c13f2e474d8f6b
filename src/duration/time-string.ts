/**
 * Lengths of time as people write them: a type for the editor, a parser for the run time.
 * Throws TypeError and nothing of the errors folder, which builds on this one.
 */
import { parseTimeString } from "../protocol/time-string.ts";

type ShortUnit = "ms" | "s" | "m" | "h" | "d" | "w";
type LongUnit =
  | "sec"
  | "secs"
  | "second"
  | "seconds"
  | "min"
  | "mins"
  | "minute"
  | "minutes"
  | "hr"
  | "hrs"
  | "hour"
  | "hours"
  | "day"
  | "days"
  | "week"
  | "weeks";
type Token = `${number}${ShortUnit}`;

/** A length of time: `"30s"`, `"1h30m"`, `"1d 12h"`, `"2 hours"`. */
export type TimeString =
  | Token
  | `${Token}${Token}`
  | `${Token}${Token}${Token}`
  | `${Token} ${Token}`
  | `${number} ${LongUnit}`
  | `${number}${LongUnit}`;

const WORD = /(\d|\.)\s*(milliseconds?|msecs?|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)(?=[\s\d]|$)/gi;
const SHORT: Readonly<Record<string, string>> = {
  mil: "ms",
  mse: "ms",
  sec: "s",
  min: "m",
  hou: "h",
  hrs: "h",
  hr: "h",
  day: "d",
  wee: "w",
};

/**
 * Reads a length of time such as `"2h45m"`, `"1.5h"`, `"1d 2h"` or `"2 hours"`.
 * @returns milliseconds, zero or more.
 * @throws {TypeError} when the text is anything else.
 */
export function parseDuration(text: string): number {
  const short = text.replace(
    WORD,
    (_all, digit: string, word: string) => digit + SHORT[word.slice(0, 3).toLowerCase()],
  );
  const ms = parseTimeString(short.replace(/(\d)\s+(?=[a-zµ])/g, "$1").replace(/([a-zµ])\s+(?=[\d.])/g, "$1"));
  if (ms === null) {
    throw new TypeError(
      `${JSON.stringify(text)} is not a length of time: expected numbers with the units ms, s, m, h, d or w, such as "30s", "1h30m" or "2 days".`,
    );
  }
  return ms;
}
