/** What goes wrong between the command line and an engine, in the words of the command line. Called by the program. Pure. */
import { isEngineApiError } from "../client/engine-api-error.ts";
import { CliError } from "./cli-error.ts";

const startHint = " Start one with `stepwell dev`, or say where it is with --url.";
const keyHint =
  " For an engine that was begun with `stepwell start`, give --api-key or --signing-key (and --event-key to send).";

/** An error of the client as a CliError that says what to do; any other as it is. */
export function explainError(error: unknown): unknown {
  if (!isEngineApiError(error)) return error;
  // A key that is none is found before anything is asked.
  if (error.cause instanceof CliError) return error.cause;
  const hint = error.code === "unreachable" ? startHint : error.status === 401 ? keyHint : "";
  return new CliError(error.message + hint, { cause: error });
}
