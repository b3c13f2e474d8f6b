/**
 * Where an item stands in the queue, and what holds it there: for people who ask why a run waits.
 */

import type { LimitOverride } from "../limit-override.ts";
import type { PauseRecord } from "../pause.ts";
import type { Slot } from "./lane.ts";
import type { QueueItem } from "./queue-item.ts";

/** A limit that is reached. */
export interface FullSlot {
  /** With the limit that holds now. */
  slot: Slot;
  used: number;
  /** Ids of the runs that take it, at most 100. */
  runIds: string[];
}

export interface QueuePlace {
  item: QueueItem;
  /** `later`: its time has not come; `ready`: it waits for its turn; `leased`: it is being worked on. */
  state: "later" | "ready" | "leased";
  /** Items before it in its lane. 0 unless it is ready. */
  before: number;
  /** Other lanes that stand in line. 0 unless it is ready. */
  otherLanes: number;
  /** Empty unless it is ready. */
  fullSlots: FullSlot[];
  /** Until when a throttle holds its lane, milliseconds since 1970; null when none does. */
  throttledUntil: number | null;
  throttleLabel: string | null;
  /** Limits of its function that people have set. */
  overrides: readonly LimitOverride[];
  /** What holds its function; null when nothing does, or the item calls no app. */
  pause: PauseRecord | null;
}
