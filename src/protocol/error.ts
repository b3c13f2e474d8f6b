/**
 * An error as it travels and as it is kept: plain JSON, causes nested.
 */

export interface SerializedError {
  name: string;
  message: string;
  stack?: string;
  code?: string;
  cause?: unknown;
  /** Present and true on what an SDK serialized, so that it is not serialized again. */
  __serialized?: true;
  /** Of what a run failed with: the step that failed, by the id that its author wrote. Sent by this SDK only. */
  stepId?: string;
  /** The class once more, as servers of the protocol tell it in the events of a run's end. */
  error?: string;
  /** Of a step: true when it is not to be tried again. SDKs of other languages say it here, not in a header. */
  noRetry?: boolean;
}
