/**
 * Limits of functions that people set over those of the code while engines run, and what the two come to together. Lanes and
 * runs remember the limits of the code; what people set is looked up when a turn is taken, so that it holds for what waits too,
 * and ends at once when it is taken away. Pure. Written by core/operate, read by core/flow, the rules and the API.
 */
import type { ConcurrencyLimit, FlowConfig } from "./flow.ts";
import type { LaneSpec, Slot, Throttle } from "./queue/lane.ts";

/** `concurrency`: of steps that run. `runConcurrency`: of runs from start to end. */
export const limitControls = ["concurrency", "runConcurrency", "throttle", "rateLimit"] as const;
export type LimitControl = (typeof limitControls)[number];

/** Which limit of which function. */
export interface LimitTarget {
  functionId: string;
  control: LimitControl;
  /** Which of its concurrency limits, as {@link entryOf} names it; "" for the one without a key, and for other controls. */
  entry: string;
}

export interface LimitOverride extends LimitTarget {
  /** 0: no limit, for concurrency. At least 1 for the others. */
  limit: number;
  /** Null for concurrency. */
  periodMs: number | null;
  /** Null but for throttles. */
  burst: number | null;
  /** Why, for people. */
  reason: string;
  /** Who, for people. */
  author: string;
  /** Milliseconds since 1970. */
  at: number;
}

const none: readonly LimitOverride[] = [];

/** The name of a concurrency limit among those of its function: its key, after its scope where others share it. */
export function entryOf({ key, scope }: Pick<ConcurrencyLimit, "key" | "scope">): string {
  return scope === "fn" ? (key ?? "") : `${scope}:${key ?? ""}`;
}

export function findOverride(
  overrides: readonly LimitOverride[],
  control: LimitControl,
  entry = "",
): LimitOverride | undefined {
  return overrides.find((override) => override.control === control && override.entry === entry);
}

/**
 * What a start goes by: the settings of the code, and places for limits that the code does not have. Those count what begins and
 * have the limit 0, which lets everything through: how much they let is looked up when turns are taken. Rate limits are looked at
 * when an event comes, so they are what people set.
 */
export function flowInForce(flow: FlowConfig, overrides: readonly LimitOverride[] = none): FlowConfig {
  if (overrides.length === 0) return flow;
  const rate = findOverride(overrides, "rateLimit");
  const added = (control: "concurrency" | "runConcurrency"): ConcurrencyLimit[] =>
    findOverride(overrides, control) === undefined || flow[control].some((limit) => entryOf(limit) === "")
      ? flow[control]
      : [...flow[control], { limit: 0, key: null, scope: "fn" }];
  const isThrottled = findOverride(overrides, "throttle") !== undefined;
  return {
    ...flow,
    concurrency: added("concurrency"),
    runConcurrency: added("runConcurrency"),
    throttle: flow.throttle ?? (isThrottled ? { limit: 0, periodMs: 0, burst: 0, key: null } : null),
    rateLimit:
      rate === undefined
        ? flow.rateLimit
        : { limit: rate.limit, periodMs: rate.periodMs ?? 0, key: flow.rateLimit?.key ?? null },
  };
}

/** The one that stands over this slot. `overrides`: those of the slot's function. */
export function overrideOfSlot(
  slot: Slot,
  functionId: string,
  overrides: readonly LimitOverride[],
): LimitOverride | undefined {
  if (overrides.length === 0) return undefined;
  const isOfRuns = slot.key.startsWith("runs:");
  // Those that an earlier release has stored do not say which they are; of one without a key the rest of its name does.
  const entry = slot.entry ?? (slot.key === `${isOfRuns ? "runs" : "steps"}:fn:${functionId}` ? "" : null);
  return entry === null ? undefined : findOverride(overrides, isOfRuns ? "runConcurrency" : "concurrency", entry);
}

/** What a lane's limits are now. A slot with the limit 0 counts and lets everything through. */
export function specInForce(spec: LaneSpec, functionId: string, all: readonly LimitOverride[]): LaneSpec {
  const overrides = all.length === 0 ? none : all.filter((override) => override.functionId === functionId);
  if (overrides.length === 0) return spec.throttle?.limit === 0 ? { ...spec, throttle: null } : spec;
  const over = (slot: Slot): Slot => {
    const override = overrideOfSlot(slot, functionId, overrides);
    return override === undefined ? slot : { ...slot, limit: override.limit };
  };
  return {
    slots: spec.slots.map(over),
    runSlots: spec.runSlots.map(over),
    throttle: throttleInForce(spec.throttle, findOverride(overrides, "throttle")),
  };
}

function throttleInForce(throttle: Throttle | null, override: LimitOverride | undefined): Throttle | null {
  if (throttle === null || override === undefined) return throttle?.limit === 0 ? null : throttle;
  const { limit, periodMs, burst } = override;
  return { ...throttle, limit, periodMs: periodMs ?? throttle.periodMs, burst: burst ?? throttle.burst };
}
