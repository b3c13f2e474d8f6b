/**
 * A request that the engine itself makes for a step (`step.fetch`, `step.ai.infer`): it waits in the queue until it is sent.
 * It may hold keys: nothing of it may be logged or shown.
 */
export interface OutgoingRequest {
  /** http or https. */
  url: string;
  method: string;
  headers: Record<string, string>;
  /** Null for none. */
  body: string | null;
}
