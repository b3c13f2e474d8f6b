/** Requests for dead letters, schedules, bulk jobs, the queue and the overview. */
import type {
  BulkJobAnswer,
  CountAnswer,
  DeadLetterAnswer,
  DeadLetterGroupAnswer,
  DeadLetterGroupsAnswer,
  OverviewAnswer,
  QueueAnswer,
  QueueRowAnswer,
  ScheduleAnswer,
  StartedAnswer,
  StorageAnswer,
} from "../../../src/api/answers.ts";
import { ask, seg } from "./request.ts";

export type DeadLetterGroup = DeadLetterGroupAnswer;
export type Schedule = ScheduleAnswer;
export type QueueRow = QueueRowAnswer;
export type Overview = OverviewAnswer;
export type BulkJob = BulkJobAnswer;

export const listDeadLetterGroups = (): Promise<DeadLetterGroupsAnswer> => ask("v2/dead-letter-groups");
export const countDeadLetters = (): Promise<CountAnswer> => ask("v2/dead-letter-count");
export const getDeadLetter = (id: string): Promise<DeadLetterAnswer> => ask(`v2/dead-letters/${seg(id)}`);
export const retryDeadLetter = (id: string, data?: unknown): Promise<StartedAnswer> =>
  ask(`v2/dead-letters/${seg(id)}/retry`, { method: "POST", body: data === undefined ? {} : { data } });

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

export const getQueue = (): Promise<QueueAnswer> => ask("v2/queue");

export const getOverview = (): Promise<Overview> => ask("v2/overview");
export const getLimits = (): Promise<Record<string, number>> => ask("v2/limits");
export const getStorage = (): Promise<StorageAnswer> => ask("v2/storage");

export const listBulkJobs = (): Promise<BulkJob[]> => ask("v2/bulk-jobs");
export const stopBulkJob = (id: string): Promise<unknown> => ask(`v2/bulk-jobs/${seg(id)}`, { method: "DELETE" });
