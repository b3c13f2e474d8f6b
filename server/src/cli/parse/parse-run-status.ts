/** Reads what people type for the status of a run. Called by the commands that filter by it. */
import type { RunStatusName } from "../../api/answers.ts";
import { runStatuses } from "../../domain/run/run.ts";
import { CliError } from "../cli-error.ts";

/** For the help of an option. */
export const statusNames: string = runStatuses.join(", ").toLowerCase();

/** As `/v2` spells it. @throws CliError */
function parseRunStatus(text: string): RunStatusName {
  const status = runStatuses.find((known) => known.toLowerCase() === text.trim().toLowerCase());
  if (status !== undefined) return status.toUpperCase() as RunStatusName;
  throw new CliError(`--status is "${text}": expected one of ${statusNames}.`);
}

/** Several, with commas between them. @throws CliError */
export const parseRunStatuses = (text: string): RunStatusName[] => text.split(",").map(parseRunStatus);
