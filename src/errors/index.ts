/** Errors of the SDK, and their form on the wire. */
export { deserializeError } from "./deserialize-error.ts";
export { EventValidationError } from "./event-validation-error.ts";
export { isBranded, isInstance } from "./is-instance.ts";
export { noRealtime } from "./no-realtime.ts";
export { isNonRetriableError, NonRetriableError } from "./non-retriable-error.ts";
export { RetryAfterError, retryAfterOf } from "./retry-after-error.ts";
export { serializeError, toError } from "./serialize-error.ts";
export { isStepError, StepError } from "./step-error.ts";
export type { ErrorCode } from "./stepwell-error.ts";
export { invalidOption, messageOf, StepwellError } from "./stepwell-error.ts";
