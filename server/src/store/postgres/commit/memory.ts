/**
 * What a node remembers between commits of what the tables hold: what never changes, what a version tells to be old, and
 * which rows are there. Made by open-store.ts, adopted after a COMMIT. Its loss costs only time.
 */

import type { LimitOverride } from "../../../domain/limit-override.ts";
import type { PauseRecord } from "../../../domain/pause.ts";
import type { LaneSpec } from "../../../domain/queue/lane.ts";
import type { FunctionRow, HeldItem } from "../../../rules/rows.ts";
import type { AnswerTo, Read, ReadName } from "../../../rules/source.ts";
import type { Row } from "../wire/batch.ts";

/** So many of each are kept; beyond that they are read again when they are asked for. */
const mostKept = 50_000;

export interface StoreMemory {
  /** The turn of the lane that was served last, as far as this node knows. */
  virtualTime: number;
  /** Milliseconds since 1970, of this machine: only for sweeping what was not used for a day. */
  now(): number;
  /** Undefined when this node has not seen it. */
  specOf(laneId: string): LaneSpec | undefined;
  /** What is asked of specs, pauses, functions and limits that people set; undefined when it must be read, and for other questions. */
  answerTo(read: Read): AnswerTo<ReadName> | undefined;
  /** What a loaded row tells beside the answer. */
  observe(row: Row): void;
  /** Whether a row that stands for a key is there. */
  hasRow(table: string, key: string): boolean;
  addRows(names: Iterable<string>): void;
  forgetRow(table: string, key: string): void;
  /** As of the last transaction. */
  readonly registryVersion: number;
  /** What was read of pauses, functions and limits under other versions is forgotten. */
  atVersions(versions: { registry: number; pauses: number }): void;
  /** @throws EngineError `store_newer` when the database needs an engine that knows more than this one */
  assertUsable(minVersion: number): void;
  /**
   * What a dry run may take for the answer to a question, because it was so a while ago: an item that this node has leased, the
   * fields by which waits for an event are looked up. Undefined for other questions.
   */
  recall(read: Read): HeldItem | readonly string[] | undefined;
  /** As they were read. */
  keepWaitPaths(name: string, paths: readonly string[]): void;
  /** After a commit leased them. */
  addHeld(items: readonly HeldItem[]): void;
  keepPauses(pauses: readonly PauseRecord[]): void;
  keepOverrides(overrides: readonly LimitOverride[]): void;
  keepFunction(id: string, row: FunctionRow | null): void;
}

/** What only dry runs are told. */
function createGuesses(): Pick<StoreMemory, "recall" | "addHeld" | "keepWaitPaths"> {
  const held = new Map<string, HeldItem>();
  const waitPaths = new Map<string, readonly string[]>();
  return {
    recall(read) {
      if (read.name === "heldItem") return held.get(read.key.itemId);
      return read.name === "waitPaths" ? waitPaths.get(read.key.name) : undefined;
    },
    addHeld(items) {
      if (held.size >= mostKept) held.clear();
      for (const { id, functionId, runId, laneId, rank } of items)
        held.set(id, { id, functionId, runId, laneId, rank });
    },
    keepWaitPaths(name, paths) {
      if (waitPaths.size >= mostKept) waitPaths.clear();
      waitPaths.set(name, paths);
    },
  };
}

export function createMemory(now: () => number, assertUsable: (minVersion: number) => void): StoreMemory {
  const specs = new Map<string, LaneSpec>();
  const rows = new Set<string>();
  const functions = new Map<string, FunctionRow | null>();
  let pauses: readonly PauseRecord[] | undefined;
  let overrides: readonly LimitOverride[] | undefined;
  let known = { registry: -1, pauses: -1 };
  return {
    virtualTime: 0,
    get registryVersion() {
      return known.registry;
    },
    now,
    assertUsable,
    specOf: (laneId) => specs.get(laneId),
    answerTo(read) {
      if (read.name === "laneSpec") return specs.get(read.key.id);
      if (read.name === "pauses") return pauses;
      if (read.name === "limitOverrides") return overrides;
      return read.name === "function" ? functions.get(read.key.id) : undefined;
    },
    observe(row) {
      const { id, spec } = row;
      if (typeof id !== "string" || typeof spec !== "string" || specs.has(id)) return;
      if (specs.size >= mostKept) specs.clear();
      specs.set(id, JSON.parse(spec) as LaneSpec);
    },
    hasRow: (table, key) => rows.has(`${table} ${key}`),
    addRows(names) {
      if (rows.size >= mostKept) rows.clear();
      for (const name of names) rows.add(name);
    },
    forgetRow: (table, key) => void rows.delete(`${table} ${key}`),
    atVersions(versions) {
      if (versions.registry === known.registry && versions.pauses === known.pauses) return;
      known = versions;
      pauses = undefined;
      overrides = undefined;
      functions.clear();
    },
    ...createGuesses(),
    keepPauses(found) {
      pauses = found;
    },
    keepOverrides(found) {
      overrides = found;
    },
    keepFunction: (id, row) => void functions.set(id, row),
  };
}
