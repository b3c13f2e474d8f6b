/** Reads `--limit name=value`. Called by resolve-settings; the names and ranges are checked by the engine. */
import { type LimitName, resolveLimits } from "../../core/limits/limits.ts";
import { CliError } from "../cli-error.ts";

/** @throws CliError for what is not `name=value`; EngineError `invalid_config` for an unknown name or a value out of range */
export function parseLimits(entries: readonly string[]): Partial<Record<LimitName, number>> {
  const limits: Record<string, number> = {};
  for (const entry of entries) {
    const match = /^(\w+)=(\d+)$/.exec(entry);
    if (match?.[1] === undefined)
      throw new CliError(`--limit is "${entry}": expected a name and a whole number, such as stepsPerRun=5000.`);
    limits[match[1]] = Number(match[2]);
  }
  resolveLimits(limits);
  return limits;
}
