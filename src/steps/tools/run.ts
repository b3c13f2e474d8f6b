/** `step.run`: user code that runs once and is remembered. */

import { show } from "../../options/index.ts";
import type { Jsonify } from "../../protocol/jsonify.ts";
import { type StepOptionsOrId, type StepParts, type StepTool, stepError } from "../step-call.ts";

/**
 * Runs a function once, retries it when it throws, and remembers what it returned as JSON.
 * Further arguments are passed on to the function and shown as the step's input.
 */
export type StepRun = <TInput extends unknown[], TResult>(
  idOrOptions: StepOptionsOrId,
  fn: (...input: TInput) => TResult,
  ...input: TInput
) => Promise<Jsonify<Awaited<TResult>>>;

export const run: StepTool = {
  kind: "run",
  op: "StepPlanned",
  toParts: (input, id, _env, work) => toWork("run", input, id, work),
};

/** The parts of a step that runs a function of the user. */
export function toWork(kind: "run" | "ai.wrap", input: unknown[], id: string, work: unknown): StepParts {
  if (typeof work !== "function")
    throw stepError(kind, ` needs a function as its second argument, but got ${show(work)}`, id);
  return { name: id, opts: input.length > 0 ? { input } : {}, run: (given) => work(...given) };
}
