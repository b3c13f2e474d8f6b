/**
 * A checkpoint: an app saves the steps it has run while its call goes on. Body of `POST /v1/checkpoint/:runId/async`.
 */
import type { Logged } from "./log.ts";
import type { Operation } from "./opcode.ts";

export interface CheckpointRequest {
  run_id: string;
  fn_id: string;
  /** The queue item of the call, as `ctx.qi_id` gave it. */
  qi_id: string;
  request_id?: string;
  /** `ctx.generation_id` of the call. One that is no longer current is stale: 409. */
  generation_id?: number;
  steps: Operation[];
  /** What the function has logged since the last checkpoint. Only for engines that take it. */
  logs?: Logged;
  ts?: number;
  request_started_at?: number;
}
