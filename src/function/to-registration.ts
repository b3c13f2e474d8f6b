/** From functions to what a sync sends. Called by the handler's register and introspect. Order of keys as servers know it. */
import { type DurationInput, type Retries, toBackoffMs } from "../duration/index.ts";
import { toEventMatch } from "../events/index.ts";
import { internalEvents } from "../protocol/event.ts";
import { flowOptions } from "../protocol/function-options.ts";
import { queryKeys } from "../protocol/headers.ts";
import * as limits from "../protocol/limits.ts";
import type { OptionSpec } from "../protocol/option-spec.ts";
import type { FunctionConfig, RegisteredRetries, StepConfig } from "../protocol/registration.ts";
import type { InngestFunction } from "./create-function.ts";
import { toWireDuration } from "./wire-duration.ts";

/** Options that travel as they are, but for lengths of time in them: in the order in which servers know them. */
const { cancelOn: _travelsAsCancel, ...FLOW } = flowOptions;

const FAILURE_RETRIES: RegisteredRetries = { attempts: 1 };

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
  const { cancelOn } = fn.opts;
  const config: FunctionConfig = {
    id,
    name: fn.name,
    triggers: [...fn.triggers],
    steps: { step: toStep(id, serveUrl, toRetries(fn.opts.retries)) },
  };
  for (const key of Object.keys(FLOW) as (keyof typeof FLOW)[]) {
    const value = fn.opts[key];
    if (value !== undefined) (config as unknown as Record<string, unknown>)[key] = toWire(value, FLOW[key]);
  }
  if (cancelOn) config.cancel = cancelOn.map((given) => toEventMatch(given));
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

function toStep(functionId: string, serveUrl: string, retries: RegisteredRetries | null): StepConfig {
  const url = new URL(serveUrl);
  url.searchParams.set(queryKeys.functionId, functionId);
  url.searchParams.set(queryKeys.stepId, "step");
  return {
    id: "step",
    name: "step",
    runtime: { type: "http", url: url.href },
    ...(retries === null ? {} : { retries }),
  };
}

/** A backoff that is a function stays here: the replay machine asks it. */
function toRetries(retries: Retries | undefined): RegisteredRetries | null {
  if (retries === undefined) return null;
  if (typeof retries === "number") return { attempts: retries };
  const { attempts = limits.retriesDefault } = retries;
  const backoff = retries.backoff === undefined ? null : toBackoffMs(retries.backoff);
  return { attempts, ...(backoff === null ? {} : { backoff }) };
}

function toWire(value: unknown, spec: OptionSpec): unknown {
  if (spec.kind !== "shape") return value;
  const out: Record<string, unknown> = { ...(value as object) };
  for (const [field, { kind }] of Object.entries(spec.fields)) {
    if (kind === "time" && out[field] !== undefined) out[field] = toWireDuration(out[field] as DurationInput);
  }
  return out;
}
