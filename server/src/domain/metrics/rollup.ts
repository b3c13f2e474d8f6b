/**
 * Rollups: the figures of a function or an app in one minute, hour or day, and of all its time. Kept beside the runs, so that how
 * the last month went costs the same however many runs there were. Written by the folder `metrics`, read by the API.
 */
import type { Figures } from "./figures.ts";

/** Those that times are divided into. Days are those of UTC. */
export const bucketUnits = ["minute", "hour", "day"] as const;
export type BucketUnit = (typeof bucketUnits)[number];
/** `ever`: one bucket, all of the time. */
export type RollupUnit = BucketUnit | "ever";

export const unitMs: Readonly<Record<BucketUnit, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** How long buckets are kept, in milliseconds. That of all time stays. */
export const keptMs: Readonly<Record<BucketUnit, number>> = {
  minute: 2 * unitMs.day,
  hour: 35 * unitMs.day,
  day: 400 * unitMs.day,
};

export interface RollupRecord {
  unit: RollupUnit;
  /** Milliseconds since 1970 at which its bucket begins; 0 for all of the time. */
  at: number;
  /** Whose: a function's, by its id, or an app's. */
  kind: "function" | "app";
  id: string;
  figures: Figures;
}

/** What an engine has counted since the last time. */
export interface RollupBatch {
  /** The engine, by a name that no other one has. */
  writer: string;
  /** Counts the batches of a writer, from 1: a batch that comes twice counts once. */
  sequence: number;
  /** Milliseconds since 1970. */
  now: number;
  /** No two of one bucket. They are added to what is kept. */
  rows: readonly RollupRecord[];
}

export interface RollupFilter {
  unit: RollupUnit;
  /** Milliseconds since 1970: from (inclusive) until (exclusive), by the beginning of buckets. */
  from: number;
  until: number;
  kind: RollupRecord["kind"];
  /** Default: all. */
  ids?: readonly string[];
}

/** What waits and what runs of one function. Functions without either are left out. */
export interface Backlog {
  functionId: string;
  queued: number;
  running: number;
  /** Milliseconds since 1970: since when its oldest queued run waits. Null: none does. */
  oldestQueuedAt: number | null;
  deadLetters: number;
}

export function bucketStart(unit: RollupUnit, at: number): number {
  return unit === "ever" ? 0 : Math.floor(at / unitMs[unit]) * unitMs[unit];
}
