/**
 * What the store keeps in memory of its lanes, beside what is in the tables: one record a database.
 * For the files beside it. Must never hold what could not be lost or read again.
 */
import type { Lane } from "../../domain/lane.ts";
import type { Database } from "./database.ts";

/** The limits of a lane; null for a lane without any. */
export type LaneSpec = Pick<Lane, "slots" | "runSlots" | "throttle"> | null;

/** What pauses hold. */
export interface PausedSet {
  all: boolean;
  functionIds: ReadonlySet<string>;
  /** Functions that only a pause of their own holds. */
  exemptIds: ReadonlySet<string>;
}

export interface LaneMemory {
  /** The turn of the lane that was served last: where lanes begin that have just come. */
  virtualTime: number;
  /** By lane id. They follow from the id, so they never change. */
  specs: Map<string, LaneSpec>;
  /** Grows when a lane with limits may have got something to do. */
  wakeUps: number;
  /** Lanes made since the last time that idle ones were swept out. */
  madeSinceSweep: number;
  /** Whether any run may hold slots; spares the others a look when they end. */
  hasRunSlots: boolean;
  /** Ids of paused functions, and how many roll-backs ago that was read. Null: to be read. */
  paused: (PausedSet & { rollbacks: number }) | null;
}

const memories = new WeakMap<Database, LaneMemory>();

export function memoryOf(database: Database): LaneMemory {
  let memory = memories.get(database);
  if (memory === undefined) {
    memory = {
      virtualTime: 0,
      specs: new Map(),
      wakeUps: 0,
      madeSinceSweep: 0,
      hasRunSlots: true,
      paused: null,
    };
    memories.set(database, memory);
  }
  return memory;
}

/** So many specs are kept in memory; more are read again when they are asked for. */
const maxSpecs = 20_000;

export function specOf(database: Database, laneId: string, functionId: string): LaneSpec {
  if (laneId === functionId) return null;
  const { specs } = memoryOf(database);
  const known = specs.get(laneId);
  if (known !== undefined) return known;
  const row = database.get<{ spec: string | null }>("SELECT spec FROM lanes WHERE id = ?", laneId);
  // A lane that is not there may be made yet, with limits.
  if (row === undefined) return null;
  const spec = row.spec === null ? null : (JSON.parse(row.spec) as LaneSpec);
  rememberSpec(database, laneId, spec);
  return spec;
}

export function rememberSpec(database: Database, laneId: string, spec: LaneSpec): void {
  const { specs } = memoryOf(database);
  if (specs.size >= maxSpecs) specs.clear();
  specs.set(laneId, spec);
}
