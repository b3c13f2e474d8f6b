/** The error for a wrong function option. Used inside the function folder. */
import { StepwellError } from "../errors/index.ts";

/** Names the function, the option, what was given and what is allowed. */
export function optionError(functionId: string, option: string, given: string, allowed: string): StepwellError {
  return new StepwellError(`Function "${functionId}": option \`${option}\` ${given}; allowed: ${allowed}.`, {
    code: "invalid_option",
  });
}
