/**
 * Names of headers, query parameters and events, under the keys that the other SDK has for them and under those of
 * `stepwell/protocol`. Exported to users; the SDK's own code uses the tables of `src/protocol`.
 */
import { internalEvents as events } from "../protocol/event.ts";
import { headerKeys as headers, queryKeys as query } from "../protocol/headers.ts";

const publishedEvents = {
  FunctionFailed: "inngest/function.failed",
  FunctionInvoked: "inngest/function.invoked",
  FunctionFinished: "inngest/function.finished",
  FunctionCancelled: "inngest/function.cancelled",
  ScheduledTimer: "inngest/scheduled.timer",
  // These belong to what is not built: our engine never sends them.
  HttpRequest: "inngest/http.request",
  DeferredSchedule: "inngest/deferred.schedule",
} as const;

const publishedHeaders = {
  ContentType: "content-type",
  Host: "host",
  ForwardedFor: "x-forwarded-for",
  RealIp: "x-real-ip",
  Location: "location",
  ContentLength: "content-length",
  Signature: "x-inngest-signature",
  SdkVersion: "x-inngest-sdk",
  Environment: "x-inngest-env",
  Platform: "x-inngest-platform",
  Framework: "x-inngest-framework",
  NoRetry: "x-inngest-no-retry",
  RequestId: "x-request-id",
  GenerationId: "x-inngest-generation-id",
  InngestJobId: "x-inngest-job-id",
  RequestVersion: "x-inngest-req-version",
  RetryAfter: "retry-after",
  InngestServerKind: "x-inngest-server-kind",
  InngestExpectedServerKind: "x-inngest-expected-server-kind",
  InngestSyncKind: "x-inngest-sync-kind",
  EventIdSeed: "x-inngest-event-id-seed",
  TraceParent: "traceparent",
  TraceState: "tracestate",
  InngestRunId: "x-run-id",
  InngestStepId: "x-inngest-step-id",
  InngestForceStepPlan: "x-inngest-force-step-plan",
  SdkHandled: "x-inngest-sdk-handled",
} as const;

const publishedQuery = { FnId: "fnId", StepId: "stepId", DeployId: "deployId", Probe: "probe" } as const;

/** Names of the events that the engine itself sends. */
export const internalEvents: typeof events & typeof publishedEvents = /* @__PURE__ */ Object.assign(
  {},
  publishedEvents,
  events,
);

/** Names of the headers of the protocol, in lower case. */
export const headerKeys: typeof headers & typeof publishedHeaders = /* @__PURE__ */ Object.assign(
  {},
  publishedHeaders,
  headers,
);

/** Names of the query parameters of a call. */
export const queryKeys: typeof query & typeof publishedQuery = /* @__PURE__ */ Object.assign({}, publishedQuery, query);
