/** What the client throws. Must never hold a key. */

/**
 * An engine refused a request, failed to carry it out, or did not answer. Recognise it with {@link isEngineApiError}, not
 * `instanceof`.
 */
export class EngineApiError extends Error {
  override readonly name = "EngineApiError";
  /** As the document of the API lists them, such as `run_not_found`; `unreachable` when nothing answered. */
  readonly code: string;
  /** Of the answer; 0 when nothing answered. */
  readonly status: number;

  constructor(message: string, { code, status, cause }: { code: string; status: number; cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
  }
}

/** Whether a value is an {@link EngineApiError}, of this copy of the package or another. */
export function isEngineApiError(value: unknown): value is EngineApiError {
  return value instanceof Error && value.name === "EngineApiError" && "code" in value && "status" in value;
}
