/** Reads a time that was given on the command line. */
import { parseTimeString } from "stepwell/protocol";
import { CliError } from "../cli-error.ts";

/** Milliseconds, from `30` (seconds), `30s`, `5m` or `1h30m`. `where` names the flag. @throws CliError */
export function parseDuration(text: string, where: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseTimeString(text);
  if (ms !== null && ms > 0) return ms;
  throw new CliError(`${where} is "${text}": expected a time such as 30s, 5m or 1h30m.`);
}
