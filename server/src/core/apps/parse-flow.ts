/**
 * Flow control in a registration: from what an author wrote to settings in milliseconds, or an error that names the option.
 * Called by parse-registration alone. Pure.
 * Source: reference/sdk.md §3, reference/server.md §6, §8.
 */
import { parseTimeString, limits as protocolLimits } from "stepwell/protocol";
import type { BackoffRule, CancelRule, ConcurrencyLimit, FlowConfig } from "../../domain/flow.ts";
import { noFlow } from "../../domain/flow.ts";
import { compileCancelCondition, compileCondition } from "../expression/condition.ts";
import { compileKey, compileNumber } from "../expression/key.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { toWord } from "../wire/spelling.ts";
import {
  fault,
  isAbsent,
  isEmpty,
  isObject,
  type RawObject,
  readCount,
  readDuration,
  readExpression,
  readList,
  readNumber,
  readObject,
  readOptionalText,
} from "./option-reader.ts";

const runConcurrencyEntriesMax = 1;
const batchSizeMin = 2;
const backoffListMax = 100;
const backoffFactorMax = 1000;
const { periodMinMs, sleepMaxMs: longestMs } = protocolLimits;

/** What cannot work on many events at once, by the names that authors know. */
const notWithBatch = [
  ["debounce", "debounce"],
  ["rateLimit", "rateLimit"],
  ["idempotency", "idempotency"],
  ["singleton", "singleton"],
  ["priority", "priority"],
  ["cancel", "cancelOn"],
] as const;

/** @throws Error that names the option, what it is and what it may be */
export function parseFlow(raw: RawObject, limits: EngineLimits): Omit<FlowConfig, "backoff"> {
  const flow = {
    ...parseConcurrency(raw.concurrency, limits),
    throttle: parseThrottle(raw.throttle),
    rateLimit: parseRateLimit(raw.rateLimit, limits),
    idempotency: readExpression("idempotency", raw.idempotency, compileKey),
    debounce: parseDebounce(raw.debounce, limits),
    batch: parseBatch(raw.batchEvents, limits),
    priority: parsePriority(raw.priority),
    singleton: parseSingleton(raw.singleton),
    timeouts: parseTimeouts(raw.timeouts),
    cancelOn: parseCancelOn(raw.cancel, limits),
    exemptFromPauses: parseFlag("exemptFromPauses", raw.exemptFromPauses),
  };
  if (flow.batch !== null) refuseWithBatch(flow);
  return flow;
}

function parseFlag(option: string, value: unknown): boolean {
  if (isAbsent(value)) return false;
  if (typeof value !== "boolean") throw fault(option, value, "true or false");
  return value;
}

function refuseWithBatch(flow: Omit<FlowConfig, "backoff">): void {
  const chosen: Record<(typeof notWithBatch)[number][0], boolean> = {
    debounce: flow.debounce !== null,
    rateLimit: flow.rateLimit !== null,
    idempotency: flow.idempotency !== null,
    singleton: flow.singleton !== null,
    priority: flow.priority !== null,
    cancel: flow.cancelOn.length > 0,
  };
  for (const [key, name] of notWithBatch) {
    if (chosen[key])
      throw new Error(
        `\`batchEvents\` cannot be combined with \`${name}\`, which looks at one event; remove one of them`,
      );
  }
}

function parseConcurrency(value: unknown, limits: EngineLimits): Pick<FlowConfig, "concurrency" | "runConcurrency"> {
  if (isAbsent(value)) return { concurrency: [], runConcurrency: [] };
  if (isObject(value) && ("fn" in value || "step" in value)) {
    return {
      concurrency: parseLimits("concurrency.step", value.step, limits.concurrencyPerFunction),
      runConcurrency: parseLimits("concurrency.fn", value.fn, runConcurrencyEntriesMax),
    };
  }
  return { concurrency: parseLimits("concurrency", value, limits.concurrencyPerFunction), runConcurrency: [] };
}

/** The narrowest first. */
function parseLimits(option: string, value: unknown, max: number): ConcurrencyLimit[] {
  if (isAbsent(value)) return [];
  return readList(option, value, max)
    .map((entry, index) => parseLimit(Array.isArray(value) ? `${option}[${index}]` : option, entry))
    .sort((left, right) => left.limit - right.limit);
}

function parseLimit(option: string, value: unknown): ConcurrencyLimit {
  if (typeof value === "number") return { limit: readCount(option, value, 1), key: null, scope: "fn" };
  if (!isObject(value))
    throw fault(option, value, 'a number, or an object such as { limit: 5, key: "event.data.userId" }');
  const limit = readCount(`${option}.limit`, value.limit, 1);
  const key = readExpression(`${option}.key`, value.key, compileKey);
  const scope = isEmpty(value.scope) ? "fn" : toWord(value.scope, ["fn", "env", "account"]);
  if (scope !== "fn" && scope !== "env" && scope !== "account")
    throw fault(`${option}.scope`, scope, '"fn", "env" or "account"');
  if (scope !== "fn" && key === null)
    throw new Error(
      `\`${option}.key\` is missing: a limit of scope "${scope}" is shared by all functions whose key has the same value`,
    );
  return { limit, key, scope };
}

function parseThrottle(value: unknown): FlowConfig["throttle"] {
  if (isAbsent(value)) return null;
  const raw = readObject("throttle", value, '{ limit: 10, period: "1m" }');
  return {
    limit: readCount("throttle.limit", raw.limit, 1),
    periodMs: readDuration("throttle.period", raw.period, periodMinMs, longestMs),
    burst: isAbsent(raw.burst) ? 0 : readCount("throttle.burst", raw.burst, 0),
    key: readExpression("throttle.key", raw.key, compileKey),
  };
}

function parseRateLimit(value: unknown, limits: EngineLimits): FlowConfig["rateLimit"] {
  if (isAbsent(value)) return null;
  const raw = readObject("rateLimit", value, '{ limit: 10, period: "1m" }');
  return {
    limit: readCount("rateLimit.limit", raw.limit, 1),
    periodMs: readDuration("rateLimit.period", raw.period, periodMinMs, limits.rateLimitPeriodMaxMs),
    key: readExpression("rateLimit.key", raw.key, compileKey),
  };
}

function parseDebounce(value: unknown, limits: EngineLimits): FlowConfig["debounce"] {
  if (isAbsent(value)) return null;
  const raw = readObject("debounce", value, '{ period: "10s" }');
  const periodMs = readDuration("debounce.period", raw.period, periodMinMs, limits.debouncePeriodMaxMs);
  return {
    periodMs,
    timeoutMs: isEmpty(raw.timeout) ? null : readDuration("debounce.timeout", raw.timeout, periodMs, longestMs),
    key: readExpression("debounce.key", raw.key, compileKey),
  };
}

function parseBatch(value: unknown, limits: EngineLimits): FlowConfig["batch"] {
  if (isAbsent(value)) return null;
  const raw = readObject("batchEvents", value, '{ maxSize: 100, timeout: "5s" }');
  return {
    maxSize: readCount("batchEvents.maxSize", raw.maxSize, batchSizeMin, limits.batchSizeMax),
    timeoutMs: readDuration("batchEvents.timeout", raw.timeout, periodMinMs, limits.batchTimeoutMaxMs),
    key: readExpression("batchEvents.key", raw.key, compileKey),
    condition: readExpression("batchEvents.if", raw.if, compileCondition),
  };
}

function parsePriority(value: unknown): string | null {
  if (isAbsent(value)) return null;
  const raw = readObject("priority", value, "{ run: \"event.data.plan == 'paid' ? 120 : 0\" }");
  return readExpression("priority.run", raw.run, compileNumber);
}

function parseSingleton(value: unknown): FlowConfig["singleton"] {
  if (isAbsent(value)) return null;
  const raw = readObject("singleton", value, '{ mode: "skip", key: "event.data.userId" }');
  const mode = toWord(raw.mode, ["skip", "cancel"]);
  if (mode !== "skip" && mode !== "cancel") throw fault("singleton.mode", mode, '"skip" or "cancel"');
  return { mode, key: readExpression("singleton.key", raw.key, compileKey) };
}

function parseTimeouts(value: unknown): FlowConfig["timeouts"] {
  if (isAbsent(value)) return noFlow.timeouts;
  const raw = readObject("timeouts", value, '{ start: "10m", finish: "1h" }');
  const read = (key: "start" | "finish"): number | null =>
    isEmpty(raw[key]) ? null : readDuration(`timeouts.${key}`, raw[key], periodMinMs, longestMs);
  return { startMs: read("start"), finishMs: read("finish") };
}

function parseCancelOn(value: unknown, limits: EngineLimits): CancelRule[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw fault("cancelOn", value, 'an array such as [{ event: "shop/order.cancelled" }]');
  return readList("cancelOn", value, limits.cancelOnPerFunction).map((entry, index) =>
    parseCancelRule(`cancelOn[${index}]`, entry, limits),
  );
}

function parseCancelRule(option: string, value: unknown, limits: EngineLimits): CancelRule {
  const raw = readObject(option, value, '{ event: "shop/order.cancelled" }');
  const event = readOptionalText(`${option}.event`, raw.event, "the name of an event");
  if (event === null || event.length > limits.triggerNameLength || event.includes("*"))
    throw fault(
      `${option}.event`,
      raw.event,
      `the name of an event, 1 to ${limits.triggerNameLength} characters without "*"`,
    );
  return {
    event,
    condition: readExpression(`${option}.if`, raw.if, compileCancelCondition),
    timeout: parseCancelTimeout(`${option}.timeout`, raw.timeout),
  };
}

function parseCancelTimeout(option: string, value: unknown): string | null {
  const text = readOptionalText(
    option,
    value,
    'a length of time such as "1h", or a date such as "2030-01-01T00:00:00Z"',
  );
  if (text === null || parseTimeString(text) !== null || !Number.isNaN(Date.parse(text))) return text;
  throw fault(option, value, 'a length of time such as "1h", or a date such as "2030-01-01T00:00:00Z"');
}

/** The waits between attempts, as our SDK sends them beside `retries.attempts`. */
export function parseBackoff(value: unknown): BackoffRule | null {
  if (isAbsent(value)) return null;
  if (Array.isArray(value)) {
    if (value.length === 0) throw fault("retries.backoff", value, "at least one number of milliseconds");
    const delaysMs = readList("retries.backoff", value, backoffListMax).map((delay, index) =>
      readNumber(`retries.backoff[${index}]`, delay, 0, longestMs),
    );
    return { kind: "list", delaysMs };
  }
  const raw = readObject("retries.backoff", value, "{ initial: 1000, factor: 2, max: 60000, jitter: 0 }");
  return {
    kind: "exponential",
    initialMs: readNumber("retries.backoff.initial", raw.initial, 0, longestMs),
    factor: readNumber("retries.backoff.factor", raw.factor, 1, backoffFactorMax),
    maxMs: readNumber("retries.backoff.max", raw.max, 0, longestMs),
    jitter: readNumber("retries.backoff.jitter", raw.jitter, 0, 1),
  };
}
