/**
 * What operators ask of an engine: run things again, deal with what failed, stop many runs, schedule. A part of `Engine`; `create-operations` makes one.
 *
 * Main file of the room `operate`. What operators ask for: reruns, dead letters, bulk jobs, schedules, pauses, limits,
 * explanations; and the sweeping of what is old.
 */
import type { BulkJobRecord, BulkRequest } from "../../domain/bulk-job.ts";
import type { LimitOverride } from "../../domain/limit-override.ts";
import type { PauseRecord } from "../../domain/pause.ts";
import type { MetadataRecord } from "../../domain/run/run-metadata.ts";
import type { ScheduleRecord } from "../../domain/schedule.ts";
import type { RunWait } from "./explain.ts";

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
  /** Body as in ./pause. @throws EngineError `invalid_request`, `app_not_found`, `unknown_function` */
  pause(body: unknown): Promise<PauseRecord>;
  /** False when there was no such pause. @throws EngineError what `pause` throws */
  resume(body: unknown): Promise<boolean>;
  /** Oldest first. */
  pauses(): Promise<PauseRecord[]>;
  /** Sets a limit of a function over that of the code. Body as in ./limits. @throws EngineError `invalid_request`, `unknown_function` */
  setLimit(body: unknown): Promise<LimitOverride>;
  /** Limits are as the code has them again. Resolves with those that were others. @throws EngineError what `setLimit` throws */
  resetLimits(body: unknown): Promise<LimitOverride[]>;
  /** Oldest first. */
  limitOverrides(): Promise<LimitOverride[]>;
  /**
   * Says more about a run or one of its steps; `body` is `{ target: { run_id, step_id?, step_index?, step_attempt? }, metadata: [{ kind, op,
   * values }] }`. Resolves with the entries of the target.
   * @throws EngineError `run_not_found`, `invalid_request`, `metadata_too_large`, `not_implemented`
   */
  addMetadata(runId: string, body: unknown): Promise<MetadataRecord[]>;
  /** What a run waits for; empty when it has ended. @throws EngineError `run_not_found` */
  explain(runId: string): Promise<RunWait[]>;
}
