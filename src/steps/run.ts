/** `step.run`: user code that runs once and is remembered. Made for each call by create-step-tools. */

import { StepwellError } from "../errors/index.ts";
import type { Jsonify } from "./jsonify.ts";
import type { RegisterStep, StepOptionsOrId } from "./step-call.ts";
import { parseStepOptions } from "./step-call.ts";

/**
 * Runs a function once, retries it when it throws, and remembers what it returned as JSON.
 * Further arguments are passed on to the function and shown as the step's input.
 */
export type StepRun = <TInput extends unknown[], TResult>(
  idOrOptions: StepOptionsOrId,
  fn: (...input: TInput) => TResult,
  ...input: TInput
) => Promise<Jsonify<Awaited<TResult>>>;

export function createRun(register: RegisterStep): StepRun {
  const run = (
    idOrOptions: StepOptionsOrId,
    fn: (...input: unknown[]) => unknown,
    ...input: unknown[]
  ): Promise<unknown> => {
    const { id, displayName } = parseStepOptions("run", idOrOptions);
    if (typeof fn !== "function") {
      throw new StepwellError(`step.run("${id}") needs a function as its second argument, but got ${typeof fn}.`, {
        code: "invalid_option",
      });
    }
    return register({
      op: "StepPlanned",
      id,
      displayName,
      name: id,
      opts: input.length > 0 ? { input } : {},
      run: (replaced) => fn(...(replaced ?? input)),
    });
  };
  return run as StepRun;
}
