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
export function plan({ newSteps, requestedStepId, mayRun, settled, pending, searchIsOver }: PlanInput): Plan {
  const isSearch = requestedStepId !== null;
  const requested = newSteps.find(({ id }) => id === requestedStepId);
  if (requested) return requested.call.run ? { type: "run", step: requested } : found([requested]);
  // A function that has ended is not going to call a requested step: what it ended with says why.
  if (settled && !settled.ok) return { type: "reject", thrown: settled.thrown };
  const open = settled ? newSteps.filter((step) => !isLeftBehind(step, pending)) : newSteps;
  const [first] = open;
  if (first && !isSearch) {
    const runNow = open.length === 1 && first.call.run !== null && mayRun(first);
    return runNow ? { type: "run", step: first } : found(open);
  }
  // An engine that says what is under way wants no step by this name: it asks whether the function has returned.
  const isQuestion = isSearch && pending.length > 0;
  if (settled && (isQuestion || !first)) {
    const data = settled.value === undefined ? null : settled.value;
    return { type: "finish", outcome: { type: "function-resolved", data } };
  }
  if (!isSearch || !(searchIsOver || isQuestion)) return { type: "wait" };
  const foundSteps = newSteps.slice(0, FOUND_STEPS_SHOWN).map(toFoundStep);
  return {
    type: "finish",
    outcome: { type: "step-not-found", requestedStepId, foundSteps, totalFoundSteps: newSteps.length },
  };
}

function found(steps: readonly NewStep[]): Plan {
  return { type: "finish", outcome: { type: "steps-found", operations: steps.map(plannedOperation) } };
}

const WAITS: readonly EmittedOpcode[] = ["Sleep", "WaitForEvent", "WaitForSignal"];

/** Whether nothing is lost when a step that nobody awaits any more is not done: it lost a race, is under way, or only waits. */
function isLeftBehind({ id, call }: NewStep, pending: readonly string[]): boolean {
  return WAITS.includes(call.op) || call.opts["parallelMode"] === "race" || pending.includes(id);
}

function toFoundStep({ id, call }: NewStep): FoundStep {
  return { id, name: call.name ?? call.displayName, displayName: call.displayName };
}
