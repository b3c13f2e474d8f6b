/**
 * What middleware sees of a step's arguments, and what comes of it when it changes them: a table over the kinds of step.
 * Called by the step gate when an app has middleware. Pure.
 */
import { isDuration, notNegative } from "../duration/index.ts";
import type { StepCall, StepEnv } from "./step-call.ts";
import { sleep } from "./tools/sleep.ts";
import { sleepUntil } from "./tools/sleep-until.ts";

/** Arguments of the step's function, or the one object of options that travels; empty for the other kinds. */
export function seenInput({ kind, input, opts }: StepCall): unknown[] {
  if (kind === "run" || kind === "ai.wrap") return input;
  if (kind !== "waitForEvent" && kind !== "invoke") return [];
  const { parallelMode: _, ...own } = opts;
  return [own];
}

/**
 * The step with changed arguments. What its function was given by user code is still what is shown as its input.
 * @throws {TypeError} for a sleep that is neither a length nor a moment.
 */
export function withInput(call: StepCall, changed: unknown[], env: StepEnv): StepCall {
  const [first] = changed;
  switch (call.kind) {
    case "run":
    case "ai.wrap":
      return { ...call, input: changed };
    case "sleep": {
      if (first === undefined) return call;
      const tool = isDuration(notNegative(first)) ? sleep : sleepUntil;
      return { ...call, name: tool.toParts(changed, call.id, env, undefined).name };
    }
    case "waitForEvent":
    case "invoke": {
      const { parallelMode } = call.opts;
      return { ...call, opts: { ...(first as object), ...(parallelMode === undefined ? {} : { parallelMode }) } };
    }
    default:
      return call;
  }
}
