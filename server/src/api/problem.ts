/**
 * Errors as answers: which status an EngineError has, and what the asker reads. Called by create-api and routes with an
 * error shape of their own. Must never show what an unexpected error says: that belongs in the log.
 */
import { type EngineErrorCode, isEngineError } from "../domain/error.ts";
import type { ApiParts } from "./api-parts.ts";
import type { ProblemCode } from "./openapi/route-doc.ts";
import type { Status } from "./respond.ts";

const statuses: Readonly<Record<EngineErrorCode, Status>> = {
  invalid_event: 400,
  event_too_large: 413,
  too_many_events: 413,
  invalid_registration: 400,
  invalid_expression: 400,
  invalid_request: 400,
  request_too_large: 413,
  request_aborted: 400,
  unknown_function: 404,
  run_not_found: 404,
  run_ended: 409,
  event_not_found: 404,
  signal_not_found: 404,
  app_not_found: 404,
  dead_letter_not_found: 404,
  schedule_not_found: 404,
  job_not_found: 404,
  job_ended: 409,
  step_not_found: 400,
  start_refused: 422,
  not_implemented: 501,
  stale_call: 409,
  output_too_large: 413,
  metadata_too_large: 413,
  state_too_large: 413,
  unauthorized: 401,
  forbidden: 403,
  too_many_tries: 429,
  key_not_found: 404,
  webhook_not_found: 404,
  webhook_revoked: 410,
  transform_failed: 422,
  user_not_found: 404,
  name_taken: 409,
  alert_not_found: 404,
  alert_rule_not_found: 404,
  alert_channel_not_found: 404,
  alert_channel_used: 409,
  unsupported_media_type: 415,
  sync_failed: 502,
  store_busy: 503,
  store_readonly: 503,
  store_newer: 500,
  store_behind: 500,
  store_not_empty: 409,
  archive_invalid: 400,
  store_full: 507,
  store_damaged: 503,
  store_failed: 500,
  store_unavailable: 503,
  shutting_down: 503,
  port_taken: 500,
  invalid_config: 500,
};

/** What a code is answered with; also for those that no EngineError has. */
export function statusOf(code: ProblemCode): Status {
  switch (code) {
    case "run_already_cancelled":
    case "run_already_ended":
      return 409;
    case "function_skipped":
      return 422;
    case "not_found":
      return 404;
    default:
      return statuses[code];
  }
}

export interface Problem {
  status: Status;
  code: string;
  message: string;
  data: unknown;
}

/** Logs what is the engine's own fault. `where`: method and path, without keys. */
export function toProblem(error: unknown, logger: ApiParts["logger"], where: string): Problem {
  if (isEngineError(error)) {
    const status = statuses[error.code];
    if (status >= 500) logger.error({ code: error.code, where }, error.message);
    return { status, code: error.code, message: error.message, data: error.data };
  }
  const stack = error instanceof Error ? error.stack : String(error);
  logger.error({ where, stack }, "A request failed unexpectedly");
  const message = "The engine failed to carry out this request. Its log says why.";
  return { status: 500, code: "internal_error", message, data: null };
}

/** The error shape of most routes. */
export function problemBody(problem: Problem): Record<string, unknown> {
  return { error: problem.message, code: problem.code, data: problem.data, status: problem.status };
}
