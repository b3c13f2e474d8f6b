/**
 * What the store keeps in memory of its tables, beside its prepared statements: one record a database. For this room and the tables.
 * Must never hold what could not be lost or read again.
 */

import type { LimitOverride } from "../../../domain/limit-override.ts";
import type { Tally } from "../../../domain/metrics/tally.ts";
import type { PauseRecord } from "../../../domain/pause.ts";
import type { LaneSpec } from "../../../domain/queue/lane.ts";
import type { StorageUse } from "../../../ports/store.ts";
import type { Database } from "../database.ts";
import { HotRuns } from "./hot-runs.ts";

/** Rows of the large tables. */
export type Counts = Pick<
  StorageUse,
  "runs" | "openRuns" | "events" | "steps" | "logLines" | "queueItems" | "deadLetters"
>;

export interface Memory {
  /** The turn of the lane that was served last. */
  virtualTime: number;
  /** Grows with each sync, and with each change of a limit that people set. */
  registryVersion: number;
  /** Lanes made since the last time that idle ones were forgotten. */
  madeLanes: number;
  /** By lane id. They follow from the id, so they never change. */
  specs: Map<string, LaneSpec | null>;
  /** Whether any run may hold slots; spares the others a look when they end. */
  hasRunSlots: boolean;
  /** Whether there may be any wait; spares runs a look when they end. */
  hasWaits: boolean;
  /** By the name of an event that was waited for: the fields that waits were looked up by. Null: to be read. */
  waitPaths: Map<string, Set<string>> | null;
  /** Names beyond which these are read anew, to forget those that nobody waits for any more. */
  mostNames: number;
  /** The number that the last wait got. Null: to be read. */
  waitNumber: number | null;
  /** What the transactions have done of which nobody was told yet. */
  tallies: Tally[];
  /** Rows that the transaction under way has added to each table, for counts.ts. */
  counted: Map<keyof Counts, number>;
  /** What was written and read of open runs. */
  hot: HotRuns;
  /** Null: to be read. */
  pauses: readonly PauseRecord[] | null;
  /** Null: to be read. */
  overrides: readonly LimitOverride[] | null;
  /** How many roll-backs ago it was read: what was read or written within one of them may not be so. */
  rollbacks: number;
}

const memories = new WeakMap<Database, Memory>();

/** Takes out what has happened since it was asked last. For after a transaction that was written. */
export function takeTallies(database: Database): readonly Tally[] {
  const memory = memoryOf(database);
  if (memory.tallies.length === 0) return memory.tallies;
  const { tallies } = memory;
  memory.tallies = [];
  return tallies;
}

/** So many specs are kept; more are read again when they are asked for. */
const maxSpecs = 20_000;

export function memoryOf(database: Database): Memory {
  let memory = memories.get(database);
  const rollbacks = database.rollbacks();
  if (memory === undefined || memory.rollbacks !== rollbacks) {
    const { virtualTime = 0, registryVersion = 0, madeLanes = 0, specs = new Map() } = memory ?? {};
    const unread = { waitPaths: null, mostNames: 0, waitNumber: null, pauses: null, overrides: null, tallies: [] };
    memory = {
      virtualTime,
      registryVersion,
      madeLanes,
      specs,
      hasRunSlots: true,
      hasWaits: true,
      counted: new Map(),
      hot: new HotRuns(memory?.hot),
      ...unread,
      rollbacks,
    };
    memories.set(database, memory);
  }
  return memory;
}

export function rememberSpec({ specs }: Memory, laneId: string, spec: LaneSpec | null): void {
  if (specs.size >= maxSpecs) specs.clear();
  specs.set(laneId, spec);
}
