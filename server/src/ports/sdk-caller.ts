/**
 * The way to the apps. One implementation speaks HTTP (transport/http-sdk-caller).
 */
import type { RegisterRequest } from "stepwell/protocol";
import type { Answer } from "../domain/answer.ts";

export interface SdkCall {
  /** The function's URL; the caller sets `stepId` in its query. */
  url: string;
  /** `step`, or the hash of a planned step. */
  stepId: string;
  /** JSON, ready to be sent as it is. */
  body: string;
  /** The same as canonical JSON, which is what is signed. */
  canonicalBody: () => string;
  runId: string;
  requestId: string;
  jobId: string;
  generationId: number;
  /** What goes into `x-inngest-req-version`. */
  requestVersion: number;
  /** What the app's SDK says that it is, such as `js:v4.24.0`: whether its answers must be signed. Default: "". */
  sdk?: string;
  /** W3C trace context: the run's trace, and this call in it. Default: a trace of its own. */
  traceparent?: string;
  /** Function and app ids, for the trace headers. */
  functionId: string;
  appId: string;
}

/** What an app did when it was asked to sync. */
export type SyncOutcome =
  /** It says that it has registered by itself, or was registered already. */
  | { kind: "registered"; modified: boolean }
  /** It answered in band with what it serves. */
  | { kind: "in-band"; registration: RegisterRequest }
  /** `code` says what kind of failure: `unreachable`, `unauthorized`, `url_not_found`, `not_sdk` and so on. */
  | { kind: "failed"; code: string; message: string };

export interface SdkCaller {
  /** Never rejects for what the app or the network does: that is an Answer. Rejects only when `signal` aborts. */
  call(call: SdkCall, signal: AbortSignal): Promise<Answer>;
  /**
   * Asks the app at `url` what it serves (PUT). Never rejects.
   * @param deployId what an app that registers by itself names in its registration, so that this request is known by it
   */
  sync(url: string, deployId: string): Promise<SyncOutcome>;
  /** Whether an app of the protocol answers a GET at `url` within `timeoutMs`. Never rejects. */
  probe(url: string, timeoutMs: number): Promise<boolean>;
  /** Whether the app at `url` runs in the process of another engine, where alone it can be called. Default: it does not. */
  isElsewhere?(url: string): boolean;
  close(): Promise<void>;
}
