/**
 * Limits that an engine's owner may set, and what they are otherwise. Read from the options once; core asks `parts.limits`.
 * See docs/operations.md#limits.
 *
 * Main file of the room `limits`. The limits that an engine's owner may set, and what of a run is checked against
 * them.
 */
import { limits } from "stepwell/protocol";
import { EngineError } from "../../domain/error.ts";

/** Sizes in bytes, times in milliseconds, lengths in characters. The default of most is in the protocol's `limits`. */
export const limitNames = [
  "eventSizeBytes",
  "eventsPerRequest",
  "eventNameLength",
  "triggerNameLength",
  "triggersPerFunction",
  "concurrencyPerFunction",
  "cancelOnPerFunction",
  "retriesMax",
  "retryDelayMaxMs",
  "stepOutputBytes",
  "runStateBytes",
  "stepsPerRun",
  "logLinesPerRun",
  "logBytesPerRun",
  "responseBytes",
  "callTimeoutMs",
  "unreachableMaxMs",
  "sleepMaxMs",
  "batchSizeMax",
  "batchTimeoutMaxMs",
  "rateLimitPeriodMaxMs",
  "debouncePeriodMaxMs",
  "cronJitterMaxMs",
] as const;
export type LimitName = (typeof limitNames)[number];
export type EngineLimits = Readonly<Record<LimitName, number>>;

const DAY = 86_400_000;
const GIB = 1024 ** 3;

/** The highest that each may be set to, where more would break what the engine promises. Others: 1 GiB, or 100 years. */
const ceilings: Partial<Record<LimitName, number>> = {
  stepsPerRun: 10_000,
  eventsPerRequest: 100_000,
  eventNameLength: 10_000,
  triggerNameLength: 10_000,
  triggersPerFunction: 1000,
  concurrencyPerFunction: 10,
  cancelOnPerFunction: 100,
  retriesMax: 1000,
  retryDelayMaxMs: DAY,
  batchSizeMax: 10_000,
};

function ceilingOf(name: LimitName): number {
  return ceilings[name] ?? (name.endsWith("Ms") ? 36_525 * DAY : GIB);
}

function refuse(message: string): EngineError {
  return new EngineError("invalid_config", message);
}

function checkLimit(name: string, value: unknown): void {
  const known = limitNames.find((candidate) => candidate === name);
  if (known === undefined) throw refuse(`There is no limit "${name}". Limits are: ${limitNames.join(", ")}.`);
  const most = ceilingOf(known);
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most) return;
  throw refuse(`The limit ${name} is ${JSON.stringify(value)}: expected a whole number from 1 to ${most}.`);
}

/**
 * The limits with some of them set.
 * @throws EngineError `invalid_config` for a name that there is not, or a value out of range
 */
export function resolveLimits(given: Partial<Record<string, number>> = {}): EngineLimits {
  for (const [name, value] of Object.entries(given)) checkLimit(name, value);
  return Object.fromEntries(limitNames.map((name) => [name, given[name] ?? limits[name]])) as EngineLimits;
}
