/**
 * Flow control in a registration: from what an author wrote to settings in milliseconds, or an error that names the option.
 * Called by parse-registration alone. Pure. What each option may be stands in the protocol's table, and nowhere here.
 */
import { excludedOption, exclusionReason, flowOptions, type OptionSpec, retryOptions } from "stepwell/protocol";
import type { BackoffRule, ConcurrencyLimit, FlowConfig } from "../../domain/flow.ts";
import { noFlow } from "../../domain/flow.ts";
import type { LimitControl, LimitOverride } from "../../domain/limit-override.ts";
import type { EngineLimits } from "../limits/limits.ts";
import {
  fault,
  isAbsent,
  isObject,
  type Maxima,
  type RawObject,
  type Read,
  readOption,
  readOptional,
} from "./option-reader.ts";

type FlowOption = keyof typeof flowOptions;
type Values = { [TOption in FlowOption]: Read<(typeof flowOptions)[TOption]> | null };

/** Under which names options travel that are not their own. */
const wireNames: Partial<Record<FlowOption, string>> = { cancelOn: "cancel" };

/** Bounds that the engine's owner may set, by the names of the options that they bound. */
function maximaOf(limits: EngineLimits): Maxima {
  return {
    "concurrency[]": limits.concurrencyPerFunction,
    "concurrency.step[]": limits.concurrencyPerFunction,
    "rateLimit.period": limits.rateLimitPeriodMaxMs,
    "debounce.period": limits.debouncePeriodMaxMs,
    "batchEvents.maxSize": limits.batchSizeMax,
    "batchEvents.timeout": limits.batchTimeoutMaxMs,
    "cancelOn[]": limits.cancelOnPerFunction,
    "cancelOn.event": limits.triggerNameLength,
  };
}

function readFlow(raw: RawObject, limits: EngineLimits): Values {
  const maxima = maximaOf(limits);
  const read = ([option, spec]: [string, OptionSpec]): [string, unknown] => [
    option,
    readOptional(spec, option, raw[wireNames[option as FlowOption] ?? option], maxima),
  ];
  return Object.fromEntries(Object.entries(flowOptions).map(read)) as Values;
}

/** @throws Error that names the option, what it is and what it may be */
export function parseFlow(raw: RawObject, limits: EngineLimits): Omit<FlowConfig, "backoff"> {
  const values = readFlow(raw, limits);
  const { throttle, rateLimit, debounce, batchEvents, timeouts, cancelOn } = values;
  const excluded = excludedOption((option) => asksFor(values, option));
  if (excluded !== undefined) {
    throw new Error(
      `\`batchEvents\` cannot be combined with \`${excluded}\`: ${exclusionReason}; remove one of the two`,
    );
  }
  return {
    ...toConcurrency(values.concurrency),
    throttle: throttle && { ...paced(throttle), burst: throttle.burst ?? 0 },
    rateLimit: rateLimit && paced(rateLimit),
    idempotency: values.idempotency,
    debounce: debounce && { periodMs: debounce.period, timeoutMs: debounce.timeout, key: debounce.key },
    batch: batchEvents && {
      maxSize: batchEvents.maxSize,
      timeoutMs: batchEvents.timeout,
      key: batchEvents.key,
      condition: batchEvents.if,
    },
    priority: values.priority?.run ?? null,
    singleton: values.singleton,
    timeouts: timeouts === null ? noFlow.timeouts : { startMs: timeouts.start, finishMs: timeouts.finish },
    cancelOn: (cancelOn ?? []).map(({ event, if: condition, timeout }) => ({ event, condition, timeout })),
    exemptFromPauses: values.exemptFromPauses ?? false,
  };
}

/** One limit of a function, as people set it over that of the code: by the same table. */
export function readLimit(
  control: LimitControl,
  raw: RawObject,
  limits: EngineLimits,
): Pick<LimitOverride, "limit" | "periodMs" | "burst"> {
  const maxima = maximaOf(limits);
  switch (control) {
    case "concurrency":
    case "runConcurrency": {
      const { limit } = flowOptions.concurrency.plain.entry.fields;
      return { limit: readOption(limit, "limit", raw.limit), periodMs: null, burst: null };
    }
    case "throttle": {
      const { limit, period, burst } = readOption(flowOptions.throttle, control, raw, maxima);
      return { limit, periodMs: period, burst: burst ?? 0 };
    }
    case "rateLimit": {
      const { limit, period } = readOption(flowOptions.rateLimit, control, raw, maxima);
      return { limit, periodMs: period, burst: null };
    }
  }
}

function asksFor(values: Values, option: Parameters<Parameters<typeof excludedOption>[0]>[0]): boolean {
  if (option === "cancelOn") return (values.cancelOn?.length ?? 0) > 0;
  return (option === "priority" ? (values.priority?.run ?? null) : values[option]) !== null;
}

function paced<TPace extends { limit: number; period: number; key: string | null }>({ limit, period, key }: TPace) {
  return { limit, periodMs: period, key };
}

function toConcurrency(value: Values["concurrency"]): Pick<FlowConfig, "concurrency" | "runConcurrency"> {
  if (value === null) return { concurrency: [], runConcurrency: [] };
  const { step, fn } = "split" in value ? value.split : { step: value.plain, fn: null };
  return { concurrency: toLimits(step), runConcurrency: toLimits(fn) };
}

/** The narrowest first. A limit of 0 limits nothing. */
function toLimits(entries: Read<(typeof flowOptions)["concurrency"]["plain"]> | null): ConcurrencyLimit[] {
  return (entries ?? [])
    .filter(({ limit }) => limit > 0)
    .map(({ limit, key, scope }) => ({ limit, key, scope: scope ?? ("fn" as const) }))
    .sort((left, right) => left.limit - right.limit);
}

/** The waits between attempts, as our SDK sends them beside `retries.attempts`: in milliseconds. */
export function parseBackoff(value: unknown): BackoffRule | null {
  if (isAbsent(value)) return null;
  const option = "retries.backoff";
  const { delays, initial, factor, max, jitter } = retryOptions;
  const delay = { ...initial, kind: "number" } as const;
  if (Array.isArray(value)) {
    return { kind: "list", delaysMs: readOption({ ...delays, entry: delay }, option, value) };
  }
  if (!isObject(value)) throw fault(option, value, "a list, or an object with initial, factor, max, jitter");
  return {
    kind: "exponential",
    initialMs: readOption(delay, `${option}.initial`, value.initial),
    factor: readOption(factor, `${option}.factor`, value.factor),
    maxMs: readOption({ ...max, kind: "number" } as const, `${option}.max`, value.max),
    jitter: readOption(jitter, `${option}.jitter`, value.jitter),
  };
}
