/** Reads a moment that was given on the command line. */
import { parseTimeString } from "stepwell/protocol";
import { CliError } from "../cli-error.ts";

/**
 * Milliseconds since 1970, from a date, from milliseconds, or from how long ago it was: `2h`, `30m`.
 * `where` names the flag. @throws CliError
 */
export function parseMoment(text: string, where: string, now: number): number {
  if (/^\d{10,15}$/.test(text)) return Number(text);
  const agoMs = parseTimeString(text);
  if (agoMs !== null) return now - agoMs;
  const at = Date.parse(text);
  if (Number.isFinite(at)) return at;
  throw new CliError(
    `${where} is "${text}": expected how long ago, such as 2h, or a date such as 2026-11-22T14:03:00Z.`,
  );
}
