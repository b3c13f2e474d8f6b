/**
 * Lengths of time as people write them: a type for the editor, a parser for the run time.
 * Never throws: what is no length of time gives null, and the caller says so.
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

const WORD = /(\d|\.)\s*(m(illi)?sec(ond)?s?|sec(ond)?s?|min(ute)?s?|h(ou)?rs?|days?|weeks?)(?=[\s\d]|$)/gi;
/** The words of milliseconds; those of all other units begin with their unit. */
const MILLISECONDS = /^m(il|s)/i;

/**
 * Reads a length of time such as `"2h45m"`, `"1.5h"`, `"1d 2h"` or `"2 hours"`.
 * @returns milliseconds, zero or more; null when the text is anything else.
 */
export function parseDuration(text: string): number | null {
  const short = text.replace(
    WORD,
    (_all, digit: string, word: string) => digit + (MILLISECONDS.test(word) ? "ms" : word.charAt(0).toLowerCase()),
  );
  return parseTimeString(short.replace(/(?<=\d)\s+(?=[a-zµ])|(?<=[a-zµ])\s+(?=[\d.])/g, ""));
}
