/** Decides what a call does once user code is at rest. Pure; called by execute. */
import type { EmittedOpcode } from "../steps/index.ts";
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
  /** Hashed ids of steps that are under way, as far as the engine says so. */
  pending: readonly string[];
  /** True when a requested step that has not been called will not be. */
  searchIsOver: boolean;
}

export type Plan =
  | { type: "wait" }
  | { type: "run"; step: NewStep }
  | { type: "reject"; thrown: unknown }
  | { type: "finish"; outcome: Outcome };

/**
 * A requested step is run and nothing else; a failed function fails. A function that has returned has ended: what it still
 * wants done goes before its result, what it only waited for does not.
 */
export function plan(input: PlanInput): Plan {
  const { settled } = input;
  if (input.requestedStepId !== null) return planRequested(input, input.requestedStepId);
  if (settled && !settled.ok) return { type: "reject", thrown: settled.thrown };
  const newSteps = settled ? input.newSteps.filter((step) => !isLeftBehind(step, input.pending)) : input.newSteps;
  const [first] = newSteps;
  if (first) {
    const runNow = newSteps.length === 1 && first.call.run !== null && input.mayRun(first);
    if (runNow) return { type: "run", step: first };
    return { type: "finish", outcome: { type: "steps-found", operations: newSteps.map(plannedOperation) } };
  }
  if (!settled) return { type: "wait" };
  return resolved(settled.value);
}

function resolved(value: unknown): Plan {
  return { type: "finish", outcome: { type: "function-resolved", data: value === undefined ? null : value } };
}

const WAITS: readonly EmittedOpcode[] = ["Sleep", "WaitForEvent", "WaitForSignal"];

/** Whether nothing is lost when a step that nobody awaits any more is not done: it lost a race, is under way, or only waits. */
function isLeftBehind({ id, call }: NewStep, pending: readonly string[]): boolean {
  return WAITS.includes(call.op) || call.opts["parallelMode"] === "race" || pending.includes(id);
}

function planRequested(input: PlanInput, requestedStepId: string): Plan {
  const step = input.newSteps.find((candidate) => candidate.id === requestedStepId);
  if (step?.call.run) return { type: "run", step };
  if (step) return { type: "finish", outcome: { type: "steps-found", operations: [plannedOperation(step)] } };
  // An engine that says what is under way wants no step by this name: it asks whether the function has returned.
  const isQuestion = input.pending.length > 0;
  if (isQuestion && input.settled?.ok) return resolved(input.settled.value);
  if (!input.searchIsOver && !isQuestion) return { type: "wait" };
  const foundSteps = input.newSteps.slice(0, FOUND_STEPS_SHOWN).map(toFoundStep);
  const totalFoundSteps = input.newSteps.length;
  return { type: "finish", outcome: { type: "step-not-found", requestedStepId, foundSteps, totalFoundSteps } };
}

function toFoundStep({ id, call }: NewStep): FoundStep {
  return { id, name: call.name ?? call.displayName, displayName: call.displayName };
}
