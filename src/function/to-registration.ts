/** From functions to what a sync sends. Called by the handler's register and introspect. Order of keys as servers know it. */
import { toTimeStringOrTimestamp } from "../duration/index.ts";
import { internalEvents } from "../protocol/event.ts";
import { queryKeys } from "../protocol/headers.ts";
import type { FunctionConfig, StepConfig } from "../protocol/registration.ts";
import type { InngestFunction } from "./create-function.ts";
import type { CancelOn } from "./options.ts";

const PASSED_THROUGH = [
  "idempotency",
  "batchEvents",
  "rateLimit",
  "throttle",
  "concurrency",
  "debounce",
  "priority",
  "timeouts",
  "singleton",
] as const;

const FAILURE_RETRIES = 1;

/** Where a function with `onFailure` has its second registration. */
export function failureFunctionId(functionId: string): string {
  return `${functionId}-failure`;
}

/**
 * One registration for a function, and a second one for its `onFailure`.
 * @param serveUrl the app's own URL, as the engine is to call it.
 */
export function toRegistration(fn: InngestFunction, appId: string, serveUrl: string): FunctionConfig[] {
  const id = fn.id(appId);
  const { retries, cancelOn } = fn.opts;
  const config: FunctionConfig = {
    id,
    name: fn.name,
    triggers: [...fn.triggers],
    steps: { step: toStep(id, serveUrl, retries) },
  };
  for (const key of PASSED_THROUGH) {
    const value = fn.opts[key];
    if (value !== undefined) (config as unknown as Record<string, unknown>)[key] = value;
  }
  if (cancelOn) config.cancel = cancelOn.map(toCancel);
  return fn.onFailureHandler ? [config, toFailureRegistration(fn, appId, serveUrl)] : [config];
}

function toFailureRegistration(fn: InngestFunction, appId: string, serveUrl: string): FunctionConfig {
  const id = failureFunctionId(fn.id(appId));
  const expression = `event.data.function_id == '${fn.id(appId)}'`;
  return {
    id,
    name: `${fn.name} (failure)`,
    triggers: [{ event: internalEvents.functionFailed, expression }],
    steps: { step: toStep(id, serveUrl, FAILURE_RETRIES) },
  };
}

function toStep(functionId: string, serveUrl: string, retries: number | undefined): StepConfig {
  const url = new URL(serveUrl);
  url.searchParams.set(queryKeys.functionId, functionId);
  url.searchParams.set(queryKeys.stepId, "step");
  return {
    id: "step",
    name: "step",
    runtime: { type: "http", url: url.href },
    ...(retries === undefined ? {} : { retries: { attempts: retries } }),
  };
}

function toCancel(cancel: CancelOn): Record<string, string> {
  const expression = cancel.match === undefined ? cancel.if : `event.${cancel.match} == async.${cancel.match}`;
  return {
    event: cancel.event,
    ...(cancel.timeout === undefined ? {} : { timeout: toTimeStringOrTimestamp(cancel.timeout) }),
    ...(expression === undefined ? {} : { if: expression }),
  };
}
