/**
 * Lanes: where queue items wait for their turn. Items of a lane are subject to the same limits, so a lane whose limit is
 * reached holds up nobody else, and lanes take turns. Pure.
 */
import { createHash } from "node:crypto";

/** A limit on how many may be at work at once, and who counts. */
export interface Slot {
  /** The same key, the same count. */
  key: string;
  /** As the code has it; 0 lets everything through and counts. See domain/limit-override for what people set over it. */
  limit: number;
  /** For people, e.g. `event.data.tenant = "acme"`. */
  label: string;
  /** Which of the function's limits it is, as `entryOf` names it. Missing in what earlier releases have stored. */
  entry?: string;
}

/** Limits how often items of a lane may begin (GCRA). */
export interface Throttle {
  /** The same key, the same schedule. */
  key: string;
  /** As the code has it; 0 lets everything through. */
  limit: number;
  periodMs: number;
  burst: number;
  label: string;
}

export interface Lane {
  /** Follows from all the rest: see {@link createLane}. */
  id: string;
  functionId: string;
  /** Taken while an item is leased. */
  slots: Slot[];
  /** Taken when a run starts and held until it ends. For `start` items only. */
  runSlots: Slot[];
  /** For `start` items only. */
  throttle: Throttle | null;
}

/**
 * What a lane does: nothing lies in it that is due; its turn comes; one of its slots is full; its throttle waits; a pause holds
 * it. Only a lane `in-line` is looked at when places are given out.
 */
export type LaneState = "idle" | "in-line" | "full" | "throttled" | "paused";

/** The limits of a lane, as the code had them. They follow from its id, so they never change. */
export type LaneSpec = Pick<Lane, "slots" | "runSlots" | "throttle">;

/** Whether items of this lane take slots or are throttled. A lane without limits has the id of its function. */
export function isLimited(laneId: string | null, functionId: string): laneId is string {
  return laneId !== null && laneId !== functionId;
}

/** Between which two texts the keys of a function's throttles lie, but for the one without a key, which is the function's id. */
export function throttleRange(functionId: string): [after: string, before: string] {
  return [`${functionId}:`, `${functionId};`];
}

/** A lane without limits has the id of its function. */
export function createLane(
  functionId: string,
  slots: Slot[] = [],
  runSlots: Slot[] = [],
  throttle: Throttle | null = null,
): Lane {
  if (slots.length === 0 && runSlots.length === 0 && throttle === null)
    return { id: functionId, functionId, slots, runSlots, throttle };
  const hash = createHash("sha1")
    .update(JSON.stringify([slots, runSlots, throttle]))
    .digest("hex")
    .slice(0, 20);
  return { id: `${functionId}:${hash}`, functionId, slots, runSlots, throttle };
}

/** Where the crons of a function wait for a pause of it to end; nothing else holds them. */
export function cronLane(functionId: string): Lane {
  return { id: `cron:${functionId}`, functionId, slots: [], runSlots: [], throttle: null };
}
