/**
 * Whether a function has returned although steps that it began are under way: what lost a race ends with the run. Used by
 * execute-item. Our SDK is told what is under way and says it by itself. The published ones name the steps again, whether the
 * function still awaits them or not; called for a step that there is not, they give the function's result if there is one.
 */
import type { Answer } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { SdkCall } from "../../ports/sdk-caller.ts";
import type { Execution } from "../../ports/store.ts";
import type { Parts } from "../parts/parts.ts";

/** The hash of no step. */
const noStepId = "0".repeat(40);
/** Before this format SDKs give the result of a function that has returned, whatever else there is. */
const repeatingVersion = 2;

/** The steps that are under way, in a call that asks what comes next. Only SDKs that are known to take this are told. */
export async function pendingSteps(
  { store, registry }: Pick<Parts, "store" | "registry">,
  { run }: Execution,
  fn: FunctionRecord,
  item: QueueItem,
): Promise<string[]> {
  if (run.pendingCount === 0 || item.kind === "step") return [];
  return registry.appById(fn.appId)?.sdk.startsWith("js:") ? store.listPendingSteps(run.id) : [];
}

/** Whether an answer names nothing but steps that were under way when the app was called. */
export function namesPendingOnly(answer: Answer, { run, pending = [] }: Execution): boolean {
  if (answer.kind !== "operations" || answer.operations.length === 0) return false;
  if ((answer.requestVersion ?? run.requestVersion) < repeatingVersion) return false;
  const known = new Set(pending);
  return answer.operations.every(({ id }) => known.has(id));
}

/** The call that brings the result of a function that has returned, and nothing that counts of one that has not. */
export function askForResult(call: SdkCall): SdkCall {
  return { ...call, stepId: noStepId };
}
