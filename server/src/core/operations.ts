/**
 * What operators ask of an engine: run things again, deal with what failed, stop many runs, schedule. A part of `Engine`.
 */
import type { BulkJobRecord } from "../domain/bulk-job.ts";
import type { PauseRecord } from "../domain/pause.ts";
import type { ScheduleRecord } from "../domain/schedule.ts";
import { type BulkRequest, startBulkJob, stopBulkJob } from "./bulk-jobs.ts";
import { dropDeadLetter, retryDeadLetter } from "./dead-letters.ts";
import { explainRun, type RunWait } from "./explain.ts";
import type { Parts } from "./parts.ts";
import { pause, resume } from "./pause.ts";
import { rerun } from "./rerun.ts";
import { createSchedule, pauseSchedule, removeSchedule, resumeSchedule } from "./schedules.ts";
import type { Worker } from "./worker.ts";

/** Bodies are parsed JSON. Everything is on disk when a promise resolves. */
export interface Operations {
  /**
   * Starts a run again; `body` is `{ fromStep?: { stepId, input?: […], output? } }`.
   * @throws EngineError `run_not_found`, `step_not_found`, `unknown_function`, `invalid_request`
   */
  rerun(runId: string, body: unknown): Promise<{ runId: string }>;
  /** `body` is `{ data? }`, to replace the event's. @throws EngineError `dead_letter_not_found`, `unknown_function` */
  retryDeadLetter(runId: string, body: unknown): Promise<{ runId: string }>;
  /** @throws EngineError `dead_letter_not_found` */
  dropDeadLetter(runId: string): Promise<void>;
  /** Does one thing to all runs that a filter finds, among those queued until now. @throws EngineError `invalid_expression` */
  startBulkJob(request: BulkRequest): Promise<BulkJobRecord>;
  /** @throws EngineError `job_not_found`, `job_ended` */
  stopBulkJob(id: string): Promise<void>;
  /**
   * `body` is `{ cron, function | event, data?, name?, jitter?, missed? }`.
   * @throws EngineError `invalid_request`, `unknown_function`, `invalid_event`
   */
  createSchedule(body: unknown): Promise<ScheduleRecord>;
  /** @throws EngineError `schedule_not_found` */
  pauseSchedule(id: string): Promise<ScheduleRecord>;
  resumeSchedule(id: string): Promise<ScheduleRecord>;
  removeSchedule(id: string): Promise<void>;
  /** Body as in core/pause. @throws EngineError `invalid_request`, `app_not_found`, `unknown_function` */
  pause(body: unknown): Promise<PauseRecord>;
  /** @throws EngineError `pause_not_found`, and what `pause` throws */
  resume(body: unknown): Promise<void>;
  /** Oldest first. */
  pauses(): Promise<PauseRecord[]>;
  /** What a run waits for; empty when it has ended. @throws EngineError `run_not_found` */
  explain(runId: string): Promise<RunWait[]>;
}

/** `open` gives the worker, and throws while the engine stops. */
export function createOperations(parts: Parts, open: () => Worker): Operations {
  return {
    rerun: async (runId, body) => rerun(parts, open(), runId, body),
    retryDeadLetter: async (runId, body) => retryDeadLetter(parts, open(), runId, body),
    dropDeadLetter: async (runId) => dropDeadLetter(parts, open(), runId),
    startBulkJob: async (request) => startBulkJob(parts, open(), request),
    stopBulkJob: async (id) => stopBulkJob(parts, open(), id),
    createSchedule: async (body) => createSchedule(parts, open(), body),
    pauseSchedule: async (id) => pauseSchedule(parts, open(), id),
    resumeSchedule: async (id) => resumeSchedule(parts, open(), id),
    removeSchedule: async (id) => removeSchedule(parts, open(), id),
    pause: async (body) => pause(parts, open(), body),
    resume: async (body) => resume(parts, open(), body),
    pauses: async () => parts.store.listPauses(),
    explain: async (runId) => explainRun(parts, runId),
  };
}
