/**
 * A call: the engine asks an app to carry a run forward. This is the body of that POST.
 */
import type { SerializedError } from "./error.ts";
import type { ReceivedEvent } from "./event.ts";

/**
 * What a run remembers of one step. A bare value (a sleep's `null`, for instance) is data too.
 * `input` replaces the arguments of a step that has not run yet.
 */
export type MemoizedStep =
  | { type?: "data"; data: unknown }
  | { type?: "error"; error: SerializedError }
  | { type?: "input"; input: unknown[] }
  | null;

/** The order in which step outputs were saved, so that races replay the way they went. */
export interface CallStack {
  stack: string[] | null;
  current: number;
}

export interface CallContext {
  run_id: string;
  /** UUID of the function at the engine. */
  fn_id?: string;
  step_id?: string;
  env?: string;
  /** Counts from 0, for each planned step and each discovery by itself. */
  attempt: number;
  /** Attempts in all, the first included. */
  max_attempts?: number;
  stack: CallStack;
  /** True while steps run in parallel: report a new step instead of running it. */
  disable_immediate_execution: boolean;
  /** Steps and events were too big to send along: fetch them from `/v0/runs/:id/actions` and `/batch`. */
  use_api: boolean;
  /**
   * Steps that are under way, hashed, in a call that asks what comes next although some are. An engine of another make does
   * not say it.
   */
  pending?: string[];
  qi_id?: string;
  request_id?: string;
  generation_id?: number;
  job_id?: string;
}

export interface CallRequest {
  /** Format of the run's messages: -1 until an app has answered once, then what it answered with. */
  version?: number;
  event: ReceivedEvent;
  events: ReceivedEvent[];
  steps: Record<string, MemoizedStep>;
  ctx: CallContext;
  use_api?: boolean;
}
