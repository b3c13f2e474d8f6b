/**
 * What is counted: one entry for each thing that has happened. The rules make them while they decide, and a store tells them when
 * they are on disk; calls are told by those who make them. Counted by the folder `metrics`.
 */
import type { EndedStatus } from "../run/run.ts";
import type { StepStatus } from "../run/step.ts";

export type StepOutcome = Extract<StepStatus, "Completed" | "Failed" | "TimedOut" | "Cancelled">;

/** What came of a call: operations or a result (`ok`), the function's own error, no answer of the app. */
export const callAnswers = ["ok", "error", "unreachable", "crashed"] as const;
export type CallAnswer = (typeof callAnswers)[number];

interface OfFunction {
  functionId: string;
}

/** Lengths of time are milliseconds. */
export type Tally =
  | ({ kind: "run-started"; waitMs: number } & OfFunction)
  | ({
      kind: "run-ended";
      status: EndedStatus;
      /** From its start to its end; null for one that never started. */
      runMs: number | null;
      /** Name of its error; null unless it has failed. */
      error: string | null;
    } & OfFunction)
  /** `stepMs`: of a step that did some work itself; null for one that slept or waited. */
  | ({ kind: "step-ended"; status: StepOutcome; stepMs: number | null } & OfFunction)
  | ({ kind: "retry" } & OfFunction)
  | ({ kind: "dead-letter" } & OfFunction)
  | ({ kind: "call"; appId: string; answer: CallAnswer; callMs: number } & OfFunction);
