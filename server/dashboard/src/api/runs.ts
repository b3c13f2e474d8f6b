/** Requests for runs, and for what can be done with them. */
import type {
  ErrorAnswer,
  RunActionName,
  RunActionsAnswer,
  RunAnswer,
  RunStateAnswer,
  RunStatusName,
  RunWaitAnswer,
  SpanAnswer,
  StartedAnswer,
  StepAnswer,
  WhyAnswer,
} from "../../../src/api/answers.ts";
import { ask, type Page, request, seg, toQuery } from "./request.ts";

export const runStatuses: readonly RunStatusName[] = [
  "QUEUED",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "SKIPPED",
];

export type Run = RunAnswer;
export type RunWait = RunWaitAnswer;
export type RunState = RunStateAnswer;
export type SerializedError = ErrorAnswer;
export type Span = SpanAnswer;
export type StepDetail = StepAnswer;
export type RunAction = RunActionName;

export interface RunFilter {
  status: string[];
  functionId: string[];
  appId: string[];
  from?: string | undefined;
  until?: string | undefined;
  query?: string | undefined;
}

export const listRuns = (
  filter: RunFilter,
  cursor: string | null,
  limit = 50,
  signal?: AbortSignal,
): Promise<Page<Run>> =>
  request(`v2/runs${toQuery({ ...filter, cursor, limit })}`, signal === undefined ? {} : { signal });

export const runStates = (runId: readonly string[]): Promise<RunState[]> => ask(`v2/run-states${toQuery({ runId })}`);
export const getRun = (id: string): Promise<Run> => ask(`v2/runs/${seg(id)}`);
export const getTrace = (id: string): Promise<Span> => ask(`v2/runs/${seg(id)}/trace`);
export const getWaits = async (id: string): Promise<RunWait[]> =>
  (await ask<WhyAnswer>(`v2/runs/${seg(id)}/why`)).waits;
export const getStep = (id: string, step: string): Promise<StepDetail> => ask(`v2/runs/${seg(id)}/steps/${seg(step)}`);

export const cancelRun = (id: string): Promise<unknown> => ask(`v2/runs/${seg(id)}/cancel`, { method: "POST" });

export interface FromStep {
  stepId: string;
  input?: unknown[];
  output?: unknown;
}

export const rerun = (id: string, fromStep?: FromStep): Promise<StartedAnswer> =>
  ask(`v2/runs/${seg(id)}/rerun`, { method: "POST", body: fromStep === undefined ? {} : { fromStep } });

export const actOnRuns = (action: RunAction, runIds: readonly string[]): Promise<RunActionsAnswer> =>
  ask("v2/run-actions", { method: "POST", body: { action, runIds } });
