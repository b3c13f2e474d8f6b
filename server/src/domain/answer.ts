/**
 * What came back from a call to an app, freed of HTTP.
 */
import type { Operation, SerializedError } from "stepwell/protocol";
import type { CallLog } from "./run/run-log.ts";

interface Answered {
  /** `x-inngest-req-version` of the answer; null when it had none. */
  requestVersion: number | null;
  /** What the function wrote with its logger. Default: nothing. */
  logs?: CallLog;
}

/** When and whether to try again after a failure. */
export interface RetryAdvice {
  /** What the app said: true never, false always, null nothing. */
  noRetry: boolean | null;
  /** Earliest next try, milliseconds since 1970; null for the engine's own backoff. */
  retryAt: number | null;
}

/** Nothing was said of trying again. */
export const noAdvice: RetryAdvice = { noRetry: null, retryAt: null };

export type Answer =
  /** 206: operations. */
  | ({ kind: "operations"; operations: Operation[]; retry: RetryAdvice } & Answered)
  /** 200: the function's result, as JSON text (see stored-json). */
  | ({ kind: "result"; output: string } & Answered)
  /** The function threw, or the call itself failed. `crashed`: the app went away in the middle of the call. Default: false. */
  | ({
      kind: "failure";
      error: SerializedError;
      retry: RetryAdvice;
      crashed?: boolean;
      /**
       * The call did not reach its app: nothing listens there (`down`), or what stands before it said so (`proxy`), or the app
       * itself takes no more (`draining`). Default: it did.
       */
      unreached?: "down" | "proxy" | "draining";
    } & Answered);
