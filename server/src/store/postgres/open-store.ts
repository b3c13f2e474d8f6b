/**
 * The store on Postgres: any number of engines on one database, every acknowledged write committed. Made by the composition
 * root; connects when it is used first. Must never rest on the state of a session: a pooler may stand in between.
 */

import type { Transition } from "../../domain/transition.ts";
import { type Meter, silentMeter } from "../../ports/meter.ts";
import type { Store } from "../../ports/store.ts";
import type { StepKey } from "../../rules/changes.ts";
import { createCommitMarks } from "./commit/commit-marks.ts";
import { createGroupCommit, type GroupCommit } from "./commit/group-commit.ts";
import { extendLeases, lease } from "./commit/leases.ts";
import { createMemory, type StoreMemory } from "./commit/memory.ts";
import { type Database, openDatabase, sendAgain } from "./database.ts";
import { loadExecutions } from "./execution.ts";
import { gatherReads } from "./gather-reads.ts";
import { migrate, versionCheck } from "./migrate.ts";
import { operationMethods } from "./operation-methods.ts";
import { createPeers } from "./peers.ts";
import { listPlaces } from "./queue-places.ts";
import { listApps, listFunctions } from "./tables/apps.ts";
import { getEvent, getEvents, listEvents } from "./tables/events.ts";
import { getBatch, getDebounce } from "./tables/gathered.ts";
import { listLimitOverrides } from "./tables/limit-overrides.ts";
import { listPauses } from "./tables/pauses.ts";
import { plainMethods } from "./tables/plain-rows.ts";
import { getItem, getNextDueAt, listItems } from "./tables/queue.ts";
import { listRefusals } from "./tables/refusals.ts";
import { findRunByKey, getRuns, listRuns, listRunsOfEvent } from "./tables/runs.ts";
import { getSteps, listAttempts, listPendingSteps, listSteps } from "./tables/steps.ts";
import { findSignalWait, findWaits, getWait, listWaitPaths, listWaits } from "./tables/waits.ts";
import { closedError } from "./wire/closed.ts";
import { type Connections, createConnections } from "./wire/connections.ts";
import { createDriver, type Driver } from "./wire/driver.ts";
import { classify, toStoreError } from "./wire/postgres-error.ts";
import { placeOf } from "./wire/uri.ts";

export interface PostgresStoreOptions {
  /** Told what has happened, when it is committed. Default: nobody is. */
  meter?: Meter;
  /** Where the database is; several addresses of the same one, the first that takes writes is used. */
  uris: readonly string[];
  /** Engines of one namespace work together; those of others do not see each other. Default: default. */
  namespace?: string;
  /** Connections at most, at least 2. Default: 10. */
  connections?: number;
  /** Milliseconds for which a database that is away is waited for before a request fails. Default: 30,000. */
  patienceMs?: number;
  /** The way to the database. Default: over the network. */
  driver?: Driver;
}

const defaultConnections = 10;
const defaultPatienceMs = 30_000;
/** Groups that are committed at once. */
const groupsAtOnce = 4;

/** @throws nothing: the first use rejects with what is wrong. */
export function openPostgresStore(options: PostgresStoreOptions): Store {
  const { uris, namespace: ns = "default", patienceMs = defaultPatienceMs, meter = silentMeter } = options;
  const max = options.connections ?? defaultConnections;
  const place = placeOf(uris);
  const driver = options.driver ?? createDriver(uris, "stepwell");
  const connections = createConnections({ driver, max, patienceMs });
  const memory = createMemory(Date.now, versionCheck(place));
  const marks = createCommitMarks(ns, Date.now);
  const ready = prepareOnce(() => prepare(connections, ns, place, memory));
  const most = Math.max(1, Math.min(groupsAtOnce, max - 1));
  const group = createGroupCommit({ ns, connections, marks, memory, meter, most, patienceMs, ready });
  const database = openDatabase(ns, connections, ready);
  const peers = createPeers({ ns, driver, connections, memory, group, ready });
  let closed: Promise<void> | null = null;
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed !== null) throw closedError();
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, place);
    }
  };
  return {
    ...writes(database, group, run),
    ...reads(database, run),
    registryVersion: () => memory.registryVersion,
    ...operationMethods(database, connections, run),
    ...plainMethods(database, run),
    damage: () => null,
    shared: true,
    peers,
    close() {
      closed ??= closeAll(connections, group, async () => {
        await peers.stop();
        await marks.close(connections);
      });
      return closed;
    },
  };
}

type Run = <T>(work: () => Promise<T>) => Promise<T>;
type Writes = Pick<Store, "commit" | "lease" | "extend" | "nextDueAt">;
type Reads = Omit<
  Store,
  | keyof Writes
  | keyof ReturnType<typeof operationMethods>
  | keyof ReturnType<typeof plainMethods>
  | "damage"
  | "peers"
  | "shared"
  | "registryVersion"
  | "close"
>;

/** Whether no other commit may rest on what it changes. */
function shutsOut({ sync, removeApp, pause, resume, limitOverride, resetLimits }: Transition): boolean {
  return [sync, removeApp, pause, resume, limitOverride, resetLimits].some((change) => change !== undefined);
}

function writes(database: Database, group: GroupCommit, run: Run): Writes {
  return {
    commit: (transition, claim) => run(() => group.commit({ transition, claim, shutsOut: shutsOut(transition) })),
    lease: (request) => run(() => lease(database, group, request)),
    extend: (tokens, leaseUntil) => run(() => extendLeases(database, tokens, leaseUntil)),
    nextDueAt: () => run(() => getNextDueAt(database)),
  };
}

function reads(database: Database, run: Run): Reads {
  const loadExecution = gatherReads((runIds: readonly string[]) => loadExecutions(database, runIds));
  const getRun = gatherReads((runIds: readonly string[]) => getRuns(database, runIds));
  const getStep = gatherReads((keys: readonly StepKey[]) => getSteps(database, keys));
  return {
    loadExecution: (runId) => run(() => loadExecution(runId)),
    getRun: (runId) => run(() => getRun(runId)),
    findRunByKey: (idempotencyKey) => run(() => findRunByKey(database, idempotencyKey)),
    listRefusals: (eventId) => run(() => listRefusals(database, eventId)),
    listRuns: (filter) => run(() => listRuns(database, filter)),
    listRunsOfEvent: (internalId) => run(() => listRunsOfEvent(database, internalId)),
    listSteps: (runId) => run(() => listSteps(database, runId)),
    listPendingSteps: (runId) => run(() => listPendingSteps(database, runId)),
    listAttempts: (runId) => run(() => listAttempts(database, runId)),
    getStep: (runId, id) => run(() => getStep({ runId, id })),
    listWaitPaths: (eventName) => run(() => listWaitPaths(database, eventName)),
    findWaits: (lookup) => run(() => findWaits(database, lookup)),
    getWait: (waitId) => run(() => getWait(database, waitId)),
    findSignalWait: (signal) => run(() => findSignalWait(database, signal)),
    listWaits: (runId) => run(() => listWaits(database, runId)),
    listPlaces: (runId, now) => run(() => listPlaces(database, runId, now)),
    listPauses: () => run(() => listPauses(database)),
    listLimitOverrides: () => run(() => listLimitOverrides(database)),
    getItem: (itemId) => run(() => getItem(database, itemId)),
    listItems: (runId) => run(() => listItems(database, runId)),
    getDebounce: (key) => run(() => getDebounce(database, key)),
    getBatch: (id) => run(() => getBatch(database, id)),
    getEvent: (internalId) => run(() => getEvent(database, internalId)),
    getEvents: (internalIds) => run(() => getEvents(database, internalIds)),
    listEvents: (filter) => run(() => listEvents(database, filter)),
    listApps: () => run(() => listApps(database)),
    listFunctions: () => run(() => listFunctions(database)),
  };
}

/** So often it is tried again when another engine prepares the same database, or the connection is lost. */
const mostTries = 10;

async function tryAgain(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries || classify(error) === "refused") throw error;
    }
  }
}

/** What fails is tried again with the next use. */
function prepareOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= tryAgain(work).catch((error: unknown) => {
      done = null;
      throw error;
    });
    return done;
  };
}

async function prepare(connections: Connections, ns: string, place: string, memory: StoreMemory): Promise<void> {
  await migrate(connections, place);
  const [, lanes] = await sendAgain(connections, [
    {
      text: `INSERT INTO stepwell.control (ns, registry_version, pauses_version) VALUES ($1, 0, 0)
        ON CONFLICT DO NOTHING`,
      values: [ns],
    },
    { text: "SELECT coalesce(max(vtime), 0) AS vtime FROM stepwell.lanes WHERE ns = $1", values: [ns] },
  ]);
  memory.virtualTime = Math.max(memory.virtualTime, Number(lanes?.rows[0]?.["vtime"] ?? 0));
}

/** A database that is away keeps nobody from closing. */
async function closeAll(connections: Connections, group: GroupCommit, lastWords: () => Promise<void>): Promise<void> {
  await group.close();
  try {
    await lastWords();
  } catch {
    // The rows of its connections stay, and are swept later.
  }
  await connections.close();
}
