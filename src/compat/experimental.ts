/**
 * `stepwell/experimental`: the names of `inngest/experimental`. Imported by libraries, such as agent kits, that find their
 * run by `getAsyncCtx`. What is not built here is there by name and says so when it is used.
 */
import { missing, missingClass, type NotBuilt, type NotBuiltClass } from "./not-built.ts";

export type { AsyncExecution, ExecutingStep } from "../steps/index.ts";
export { type AsyncContext, getAsyncCtx, runWithAsyncCtx } from "./get-async-ctx.ts";

const TRACES = "Use openTelemetryMiddleware() of stepwell/opentelemetry";
const DEFER = "Send an event by step.sendEvent and let another function do the work";
const SCORE = "Keep scores in a store of your own, written in a step.run";
const SANDBOX = "Run the code in a sandbox of a provider, called in a step.run";

/** Not built: use `openTelemetryMiddleware` of `stepwell/opentelemetry`. */
export const extendedTracesMiddleware: NotBuilt = /* @__PURE__ */ missing("extendedTracesMiddleware", TRACES);
/** Not built: use `openTelemetryMiddleware` of `stepwell/opentelemetry`. */
export const InngestSpanProcessor: NotBuiltClass = /* @__PURE__ */ missingClass("InngestSpanProcessor", TRACES);
/** Not built: the engine keeps no metadata of runs. */
export const metadataMiddleware: NotBuilt = /* @__PURE__ */ missing(
  "metadataMiddleware",
  "The engine keeps no metadata of runs: return what is worth keeping from a step",
);
/** Not built: keep scores in a store of your own. */
export const scoreMiddleware: NotBuilt = /* @__PURE__ */ missing("scoreMiddleware", SCORE);
/** Not built: keep scores in a store of your own. */
export const createScorer: NotBuilt = /* @__PURE__ */ missing("createScorer", SCORE);
/** Not built: send an event and let another function do the work. */
export const createDefer: NotBuilt = /* @__PURE__ */ missing("createDefer", DEFER);
/** Not built: no value is one. */
export const DeferredFunction: NotBuiltClass = /* @__PURE__ */ missingClass("DeferredFunction", DEFER);
/** Not built: call a sandbox's provider in a step. */
export const sandboxMiddleware: NotBuilt = /* @__PURE__ */ missing("sandboxMiddleware", SANDBOX);
/** Not built: no value is one. */
export const SandboxError: NotBuiltClass = /* @__PURE__ */ missingClass("SandboxError", SANDBOX);
/** Not built: no value is one. */
export const SandboxValidationError: NotBuiltClass = /* @__PURE__ */ missingClass("SandboxValidationError", SANDBOX);
/** Not built: there are no errors of sandboxes. */
export const getSandboxError: NotBuilt = /* @__PURE__ */ missing("getSandboxError", SANDBOX);
