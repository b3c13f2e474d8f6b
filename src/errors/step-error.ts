/** What a step call rejects with once its retries are used up. Made by the replay machine; caught by users. */
import { deserializeCause, parseErrorFields } from "./deserialize-error.ts";
import { isKin, StepwellError } from "./stepwell-error.ts";

/**
 * Carries the name, message, stack and cause of the error that the step threw. Uncaught, it fails the run for good.
 * @example
 * export const charge = inngest.createFunction({ id: "charge", triggers: { event: "shop/order.created" } }, async ({ step }) => {
 *   try {
 *     await step.run("pay", () => 1);
 *   } catch (error) {
 *     if (error instanceof StepError) await step.run("tell", () => `${error.stepId} failed: ${error.message}`);
 *   }
 * });
 */
export class StepError extends StepwellError {
  static override readonly "~kin": string = "StepError";
  /** The step's id as its author wrote it. */
  readonly stepId: string;

  constructor(stepId: string, error: unknown) {
    const fields = parseErrorFields(error);
    const cause = fields.cause === undefined ? {} : { cause: deserializeCause(fields.cause) };
    super(fields.message, { ...cause, code: "step_failed" });
    this.name = fields.name;
    if (fields.stack !== undefined) this.stack = fields.stack;
    this.stepId = stepId;
  }
}

/** Whether a value is a {@link StepError}, of this or another copy of the package. */
export function isStepError(error: unknown): boolean {
  return isKin(error, "StepError");
}
