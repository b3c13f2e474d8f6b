/** Dead letters, schedules, the queue and the overview, as the API gives them. */

import type { DeadLetterGroupAnswer, OverviewAnswer, QueueRowAnswer, StorageAnswer } from "../../../src/api/answers.ts";
import { ask, type Page, request, seg, toQuery } from "./request.ts";
import type { ErrorLine } from "./runs.ts";

interface FunctionRef {
  id: string;
  name: string | null;
}

export type DeadLetterGroup = DeadLetterGroupAnswer;

export interface DeadLetter {
  runId: string;
  function: FunctionRef;
  failedAt: string;
  isQuarantined: boolean;
  error: ErrorLine;
  event: { id: string; name: string; data: unknown } | null;
}

export const listDeadLetterGroups = (): Promise<{ groups: DeadLetterGroup[]; looked: number; isAll: boolean }> =>
  ask("v2/dead-letter-groups");
/** Counted up to some number; `isAll` is false when there are more. */
export const countDeadLetters = (): Promise<{ count: number; isAll: boolean }> => ask("v2/dead-letter-count");
export const getDeadLetter = (id: string): Promise<DeadLetter> => ask(`v2/dead-letters/${seg(id)}`);
export const retryDeadLetter = (id: string, data?: unknown): Promise<{ runId: string }> =>
  ask(`v2/dead-letters/${seg(id)}/retry`, { method: "POST", body: data === undefined ? {} : { data } });

export interface Schedule {
  id: string;
  name: string | null;
  cron: string;
  function: string | null;
  event: string | null;
  data: unknown;
  isPaused: boolean;
  nextAt: string | null;
  createdAt: string;
}

export interface ScheduleRequest {
  cron: string;
  function?: string;
  event?: string;
  name?: string;
  data?: unknown;
}

export const listSchedules = (): Promise<Schedule[]> => ask("v2/schedules");
export const createSchedule = (body: ScheduleRequest): Promise<Schedule> =>
  ask("v2/schedules", { method: "POST", body });
export const pauseSchedule = (id: string): Promise<Schedule> =>
  ask(`v2/schedules/${seg(id)}/pause`, { method: "POST" });
export const resumeSchedule = (id: string): Promise<Schedule> =>
  ask(`v2/schedules/${seg(id)}/resume`, { method: "POST" });
export const removeSchedule = (id: string): Promise<unknown> => ask(`v2/schedules/${seg(id)}`, { method: "DELETE" });

export type QueueRow = QueueRowAnswer;

export const getQueue = (): Promise<{ rows: QueueRow[]; looked: number; isAll: boolean }> => ask("v2/queue");

export type Overview = OverviewAnswer;

export const getOverview = (): Promise<Overview> => ask("v2/overview");
export const getLimits = (): Promise<Record<string, number>> => ask("v2/limits");
export const getStorage = (): Promise<StorageAnswer> => ask("v2/storage");

export interface BulkJob {
  id: string;
  kind: string;
  status: string;
  reason: string | null;
  matched: number;
  createdAt: string;
  endedAt: string | null;
}

export const listBulkJobs = async (): Promise<BulkJob[]> =>
  (await request<Page<BulkJob>>(`v2/bulk-jobs${toQuery({})}`)).data;
export const stopBulkJob = (id: string): Promise<unknown> => ask(`v2/bulk-jobs/${seg(id)}`, { method: "DELETE" });
