/**
 * The engine's one error class. Thrown by core, store and transport; `api/problem` turns its code into a status.
 */

/** Closed list of what can go wrong. */
export type EngineErrorCode =
  | "invalid_event"
  | "event_too_large"
  | "too_many_events"
  | "invalid_registration"
  | "invalid_expression"
  | "invalid_request"
  | "request_too_large"
  | "request_aborted"
  | "unknown_function"
  | "run_not_found"
  | "run_ended"
  | "event_not_found"
  | "signal_not_found"
  | "app_not_found"
  | "dead_letter_not_found"
  | "schedule_not_found"
  | "job_not_found"
  | "job_ended"
  | "step_not_found"
  | "start_refused"
  | "not_implemented"
  | "stale_call"
  | "output_too_large"
  | "state_too_large"
  | "metadata_too_large"
  | "unauthorized"
  | "forbidden"
  | "too_many_tries"
  | "key_not_found"
  | "webhook_not_found"
  | "webhook_revoked"
  | "transform_failed"
  | "user_not_found"
  | "name_taken"
  | "alert_not_found"
  | "alert_rule_not_found"
  | "alert_channel_not_found"
  | "alert_channel_used"
  | "unsupported_media_type"
  | "sync_failed"
  | "store_busy"
  | "store_readonly"
  | "store_newer"
  | "store_behind"
  | "store_not_empty"
  | "archive_invalid"
  | "store_full"
  | "store_damaged"
  | "store_failed"
  | "store_unavailable"
  | "shutting_down"
  | "port_taken"
  | "invalid_config";

/**
 * What happened, what was expected and what to do. Recognise it with {@link isEngineError}, not `instanceof`.
 */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: EngineErrorCode;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** More for the reader, JSON; null for none. */
  readonly data: unknown;

  constructor(
    code: EngineErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; data?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.data = options.data ?? null;
  }
}

/** Whether a value is an {@link EngineError}, of this copy of the package or another. */
export function isEngineError(value: unknown): value is EngineError {
  return value instanceof Error && value.name === "EngineError" && "code" in value;
}
