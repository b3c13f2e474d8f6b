/**
 * Names of the protocol's HTTP headers and query parameters, lower case as `Headers` gives them back.
 */

export const headerKeys = {
  signature: "x-inngest-signature",
  sdk: "x-inngest-sdk",
  sdkHandled: "x-inngest-sdk-handled",
  framework: "x-inngest-framework",
  platform: "x-inngest-platform",
  env: "x-inngest-env",
  noRetry: "x-inngest-no-retry",
  retryAfter: "retry-after",
  requestVersion: "x-inngest-req-version",
  serverKind: "x-inngest-server-kind",
  expectedServerKind: "x-inngest-expected-server-kind",
  syncKind: "x-inngest-sync-kind",
  eventIdSeed: "x-inngest-event-id-seed",
  runId: "x-run-id",
  requestId: "x-request-id",
  jobId: "x-inngest-job-id",
  stepId: "x-inngest-step-id",
  forceStepPlan: "x-inngest-force-step-plan",
  generationId: "x-inngest-generation-id",
  /** What the engine takes beyond the protocol, separated by commas. `ms`: lengths of time in milliseconds. `logs`: see log.ts. */
  takes: "x-stepwell-takes",
  /** Says that an answer's body holds what the function logged: the length of that text. See log.ts. */
  logs: "x-stepwell-logs",
  traceparent: "traceparent",
  tracestate: "tracestate",
} as const;

export const queryKeys = {
  functionId: "fnId",
  stepId: "stepId",
  deployId: "deployId",
  probe: "probe",
} as const;

/** How an app's functions reach the engine: the app posts them itself, or answers the engine's own request with them. */
export type SyncKind = "in_band" | "out_of_band";

/** What kind of server speaks: `dev` never checks keys, `cloud` always does. */
export type ServerKind = "dev" | "cloud";
