/** Decides what a call does once user code is at rest. Pure; called by execute. */
import type { FoundStep, Outcome } from "./outcome.ts";
import { type NewStep, plannedOperation } from "./run-step.ts";

const FOUND_STEPS_SHOWN = 25;

export interface PlanInput {
  /** Steps called and not remembered, in the order of their calls. */
  newSteps: readonly NewStep[];
  requestedStepId: string | null;
  /** Whether a step that is alone may be run at once, and need not be reported first. */
  mayRun: (step: NewStep) => boolean;
  /** What the function came to; null while it has not ended. */
  settled: { ok: true; value: unknown } | { ok: false; thrown: unknown } | null;
  /** True when a requested step that has not been called will not be. */
  searchIsOver: boolean;
}

export type Plan =
  | { type: "wait" }
  | { type: "run"; step: NewStep }
  | { type: "reject"; thrown: unknown }
  | { type: "finish"; outcome: Outcome };

/** A requested step is run and nothing else; a failed function fails; new steps go before the function's result. */
export function plan(input: PlanInput): Plan {
  const { newSteps, settled } = input;
  if (input.requestedStepId !== null) return planRequested(input, input.requestedStepId);
  if (settled && !settled.ok) return { type: "reject", thrown: settled.thrown };
  const [first] = newSteps;
  if (first) {
    const runNow = newSteps.length === 1 && first.call.run !== null && input.mayRun(first);
    if (runNow) return { type: "run", step: first };
    return { type: "finish", outcome: { type: "steps-found", operations: newSteps.map(plannedOperation) } };
  }
  if (!settled) return { type: "wait" };
  const data = settled.value === undefined ? null : settled.value;
  return { type: "finish", outcome: { type: "function-resolved", data } };
}

function planRequested(input: PlanInput, requestedStepId: string): Plan {
  const step = input.newSteps.find((candidate) => candidate.id === requestedStepId);
  if (step?.call.run) return { type: "run", step };
  if (step) return { type: "finish", outcome: { type: "steps-found", operations: [plannedOperation(step)] } };
  if (!input.searchIsOver) return { type: "wait" };
  const foundSteps = input.newSteps.slice(0, FOUND_STEPS_SHOWN).map(toFoundStep);
  const totalFoundSteps = input.newSteps.length;
  return { type: "finish", outcome: { type: "step-not-found", requestedStepId, foundSteps, totalFoundSteps } };
}

function toFoundStep({ id, call }: NewStep): FoundStep {
  return { id, name: call.name ?? call.displayName, displayName: call.displayName };
}
