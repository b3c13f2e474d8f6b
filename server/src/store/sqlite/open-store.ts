/**
 * The store on an embedded SQLite file: one engine a folder, every acknowledged write on disk.
 * Made by the composition root. Must never resolve a write that a power cut could undo.
 */
import type { EngineError } from "../../domain/error.ts";
import { type Meter, silentMeter } from "../../ports/meter.ts";
import type { Store } from "../../ports/store.ts";
import { createWrites } from "./commit/commit.ts";
import { openCounts, settleCounts } from "./commit/counts.ts";
import { closedError, createGroupCommit } from "./commit/group-commit.ts";
import { memoryOf, takeTallies } from "./commit/memory.ts";
import type { Database } from "./database.ts";
import { loadExecution } from "./execution.ts";
import { toStoreError } from "./file/database-error.ts";
import { letGo, openState } from "./open-state.ts";
import { operationMethods } from "./operation-methods.ts";
import { listPlaces } from "./queue-places.ts";
import { listApps, listFunctions } from "./tables/apps.ts";
import { getEvent, getEvents, listEvents } from "./tables/events.ts";
import { getBatch, getDebounce } from "./tables/gathered.ts";
import { reopenLanes } from "./tables/lanes.ts";
import { listLimitOverrides } from "./tables/limit-overrides.ts";
import { listPauses } from "./tables/pauses.ts";
import { plainMethods } from "./tables/plain-rows.ts";
import { getItem, getNextDueAt, listItems, releaseAll } from "./tables/queue.ts";
import { listRefusals } from "./tables/refusals.ts";
import { findRunByKey, getRun, listRuns, listRunsOfEvent } from "./tables/runs.ts";
import { recountSlots } from "./tables/slots.ts";
import { getStep, listAttempts, listPendingSteps, listSteps } from "./tables/steps.ts";
import { findSignalWait, findWaits, getWait, listWaitPaths, listWaits } from "./tables/waits.ts";

export interface SqliteStoreOptions {
  /** Told what has happened, when it is on disk. Default: nobody is. */
  meter?: Meter;
  /** Where `stepwell.db` lives; made when missing. Null keeps everything in memory. */
  directory: string | null;
  /**
   * The beginning of the URLs of functions that run in this process: their calls that were under way when the last process
   * died took it down, or went down with it. Null: no function does. Default: null.
   */
  inProcess?: string | null;
  /** Whether a file is opened without a look for damage, which reads all of it. Default: false. */
  skipCheck?: boolean;
}

/**
 * Leases that an earlier process left behind are free again at once.
 * @throws EngineError `store_busy` another process has the folder, `store_readonly`, `store_newer`, `store_full`,
 * `store_damaged`, `store_failed`
 */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const { directory } = options;
  const [{ toError, damage }, database] = [watchErrors(directory), openPrepared(options)];
  const writes = createWrites(database);
  const group = createGroupCommit(database, writes.commit, toError, telling(database, options.meter));
  let closed = false;
  const read = async <T>(work: () => T): Promise<T> => {
    if (closed) throw closedError();
    try {
      return work();
    } catch (error) {
      throw toError(error);
    }
  };
  return {
    commit: (transition, claim) => group.commit({ transition, claim }),
    lease: (request) => group.write(() => writes.lease(request)),
    extend: (tokens, leaseUntil) => group.write(() => writes.extend(tokens, leaseUntil)),
    nextDueAt: () => read(() => getNextDueAt(database)),
    loadExecution: (runId) => read(() => loadExecution(database, runId)),
    getRun: (runId) => read(() => getRun(database, runId)),
    findRunByKey: (idempotencyKey) => read(() => findRunByKey(database, idempotencyKey)),
    listRefusals: (eventId) => read(() => listRefusals(database, eventId)),
    listRuns: (filter) => read(() => listRuns(database, filter)),
    listRunsOfEvent: (internalId) => read(() => listRunsOfEvent(database, internalId)),
    listSteps: (runId) => read(() => listSteps(database, runId)),
    listPendingSteps: (runId) => read(() => listPendingSteps(database, runId)),
    listAttempts: (runId) => read(() => listAttempts(database, runId)),
    getStep: (runId, stepId) => read(() => getStep(database, runId, stepId)),
    listWaitPaths: (eventName) => read(() => listWaitPaths(database, eventName)),
    findWaits: (lookup) => read(() => findWaits(database, lookup)),
    getWait: (waitId) => read(() => getWait(database, waitId)),
    findSignalWait: (signal) => read(() => findSignalWait(database, signal)),
    listWaits: (runId) => read(() => listWaits(database, runId)),
    getDebounce: (key) => read(() => getDebounce(database, key)),
    getBatch: (id) => read(() => getBatch(database, id)),
    getEvent: (internalId) => read(() => getEvent(database, internalId)),
    getEvents: (internalIds) => read(() => getEvents(database, internalIds)),
    listEvents: (filter) => read(() => listEvents(database, filter)),
    ...operationMethods(database, read, (work) => group.write(work), directory),
    ...registryMethods(database, read),
    ...queueMethods(database, read),
    ...plainMethods(database, read, (work) => group.write(work)),
    damage,
    shared: false,
    peers: null,
    async close() {
      if (closed) return;
      closed = true;
      group.close();
      try {
        letGo(database, directory);
        database.close();
      } catch (error) {
        throw toError(error);
      }
    },
  };
}

/** Counts and tells what the last transaction has done. */
function telling(database: Database, meter: Meter = silentMeter): () => void {
  return () => {
    settleCounts(database);
    const tallies = takeTallies(database);
    if (tallies.length > 0) meter.count(tallies);
  };
}

type Read = <T>(work: () => T) => Promise<T>;

function queueMethods(
  database: Database,
  read: Read,
): Pick<Store, "getItem" | "listItems" | "listPlaces" | "listPauses" | "listLimitOverrides"> {
  return {
    getItem: (itemId) => read(() => getItem(database, itemId)),
    listItems: (runId) => read(() => listItems(database, runId)),
    listPlaces: (runId, now) => read(() => listPlaces(database, runId, now)),
    listPauses: () => read(() => listPauses(database)),
    listLimitOverrides: () => read(() => listLimitOverrides(database)),
  };
}

function registryMethods(
  database: Database,
  read: Read,
): Pick<Store, "listApps" | "listFunctions" | "registryVersion"> {
  return {
    listApps: () => read(() => listApps(database)),
    listFunctions: () => read(() => listFunctions(database)),
    registryVersion: () => memoryOf(database).registryVersion,
  };
}

/** Remembers the first error that speaks of damage. */
function watchErrors(directory: string | null): { toError(cause: unknown): EngineError; damage: Store["damage"] } {
  let damage: EngineError | null = null;
  return {
    toError(cause) {
      const error = toStoreError(cause, directory);
      if (error.code === "store_damaged") damage ??= error;
      return error;
    },
    damage: () => damage,
  };
}

/** The holders of all leases are gone. */
function openPrepared({ directory, inProcess = null, skipCheck = false }: SqliteStoreOptions): Database {
  let database: Database | null = null;
  try {
    const opened = openState({ directory, skipCheck, migrates: true });
    database = opened;
    opened.transaction(() => {
      releaseAll(opened, inProcess);
      recountSlots(opened);
      reopenLanes(opened);
      createWrites(opened).applyPauses();
    });
    openCounts(opened);
    return opened;
  } catch (error) {
    database?.close();
    throw toStoreError(error, directory);
  }
}
