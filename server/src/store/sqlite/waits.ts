/**
 * Waits: writes for commit.ts, starts.ts and close-run.ts, reads for open-store.ts. Writing an event asks here whether a wait
 * may end with it, so that question must cost next to nothing however many runs wait.
 */
import { createHash } from "node:crypto";
import { type EventRecord, eventView } from "../../domain/event.ts";
import type { QueuePut } from "../../domain/queue-item.ts";
import { matchPut } from "../../domain/queue-puts.ts";
import type { StepPlan, Transition } from "../../domain/transition.ts";
import { lookupValue, type WaitPut, type WaitRecord, type WaitTake } from "../../domain/wait.ts";
import type { WaitLookup } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { isRepeatSql } from "./events.ts";
import { deleteItem } from "./queue.ts";

interface WaitRow {
  number: number;
  id: string;
  kind: WaitRecord["kind"];
  run_id: string;
  function_id: string;
  step_id: string | null;
  name: string;
  path: string;
  value: string;
  condition: string | null;
  expires_at: number;
  created_at: number;
}

/** Spares events and runs a look into a table that has nothing for them. May know too much, never too little. */
interface WaitMemory {
  /** By the name of an event that was waited for since the store was opened: the fields that waits were looked up by. */
  paths: Map<string, Set<string>>;
  /** Whether there may be any wait. */
  any: boolean;
  /** How many roll-backs ago it was read: one brings back waits that it has not seen. */
  rollbacks: number;
  /** Names beyond which it is read anew, to forget those that nobody waits for any more. */
  mostNames: number;
}

/** Longer values are looked up by their hash. Canonical JSON never begins with `#`. */
const maxValueLength = 200;
const isForEvents = "kind IN ('event', 'cancel')";

const leastNames = 10_000;

const memories = new WeakMap<Database, WaitMemory>();

function memoryOf(database: Database): WaitMemory {
  let memory = memories.get(database);
  const rollbacks = database.rollbacks();
  if (memory === undefined || memory.rollbacks !== rollbacks || memory.paths.size > memory.mostNames) {
    const names = database.all<{ name: string }>(distinctSql("name", "")).map(({ name }) => name);
    const paths = new Map(names.map((name) => [name, new Set(listWaitPaths(database, name))]));
    const mostNames = Math.max(leastNames, 2 * names.length);
    memory = { paths, any: lastNumber(database) > 0, rollbacks, mostNames };
    memories.set(database, memory);
  }
  return memory;
}

/** 0 when there are none. */
function lastNumber(database: Database): number {
  return database.get<{ number: number | null }>("SELECT max(number) AS number FROM waits")?.number ?? 0;
}

/** Each value of a column of `waits_match` once, by one step of the index a value, however many rows share it. */
function distinctSql(column: string, condition: string): string {
  const next = (bound: string): string =>
    `SELECT min(${column}) FROM waits INDEXED BY waits_match WHERE ${isForEvents} ${condition} ${bound}`;
  return `WITH RECURSIVE found(${column}) AS (
      SELECT (${next("")})
      UNION ALL
      SELECT (${next(`AND ${column} > found.${column}`)}) FROM found WHERE found.${column} IS NOT NULL
    ) SELECT ${column} FROM found WHERE ${column} IS NOT NULL`;
}

const pathsSql: string = distinctSql("path", "AND name = ?1");

const isWaitedSql: string = `SELECT 1 FROM waits INDEXED BY waits_match
  WHERE ${isForEvents} AND name = ? AND path = ? AND value = ? LIMIT 1`;

function rememberPath({ paths }: WaitMemory, name: string, path: string): void {
  const known = paths.get(name);
  if (known === undefined) paths.set(name, new Set([path]));
  else known.add(path);
}

function storedValue(value: string): string {
  return value.length <= maxValueLength ? value : `#${createHash("sha1").update(value).digest("hex")}`;
}

/** Fields by which waits for events of this name are looked up; "" for those that take every event of the name. */
export function listWaitPaths(database: Database, eventName: string): string[] {
  return database.all<{ path: string }>(pathsSql, eventName).map(({ path }) => path);
}

/** Oldest first, from after `after` on. */
export function findWaits(database: Database, lookup: WaitLookup): { number: number; wait: WaitRecord }[] {
  return database
    .all<WaitRow>(
      `SELECT * FROM waits INDEXED BY waits_match WHERE ${isForEvents} AND name = ? AND path = ? AND value = ?
        AND number > ? AND number <= ? ORDER BY number LIMIT ?`,
      lookup.name,
      lookup.path,
      storedValue(lookup.value),
      lookup.after,
      lookup.upTo,
      lookup.limit,
    )
    .map((row) => ({ number: row.number, wait: toWait(row) }));
}

export function getWait(database: Database, waitId: string): WaitRecord | null {
  const row = database.get<WaitRow>("SELECT * FROM waits WHERE id = ?", waitId);
  return row === undefined ? null : toWait(row);
}

/** The one that a signal would end. */
export function findSignalWait(database: Database, signal: string): WaitRecord | null {
  const row = database.get<WaitRow>("SELECT * FROM waits WHERE kind = 'signal' AND name = ? LIMIT 1", signal);
  return row === undefined ? null : toWait(row);
}

/** Those of a run, as they were written. */
export function listWaits(database: Database, runId: string): WaitRecord[] {
  return database.all<WaitRow>("SELECT * FROM waits WHERE run_id = ? ORDER BY number", runId).map(toWait);
}

/** For an event that was just written: the item that looks for what it ends, when a wait that is there may be among that. */
export function matchItems(database: Database, event: EventRecord): QueuePut[] {
  const paths = memoryOf(database).paths.get(event.name);
  if (paths === undefined) return [];
  const view = eventView(event);
  const isWaited = (path: string): boolean => {
    const value = path === "" ? "" : storedValue(lookupValue(view, path));
    return database.get(isWaitedSql, event.name, path, value) !== undefined;
  };
  if (![...paths].some(isWaited)) return [];
  return [matchPut({ eventId: event.internalId, upTo: lastNumber(database), waitId: null }, event.receivedAt)];
}

/** Whether a wait of these plans is for a signal that another one has, and must not take it from there. */
export function hasSignalConflict(database: Database, plans: readonly StepPlan[] = []): boolean {
  return plans.some(({ step, waits }) =>
    (waits ?? []).some(({ wait, conflict }) => {
      if (conflict !== "fail" || wait.kind !== "signal") return false;
      const holder = findSignalWait(database, wait.name);
      if (holder === null || holder.id === wait.id) return false;
      return database.get("SELECT 1 FROM steps WHERE run_id = ? AND id = ?", step.runId, step.id) === undefined;
    }),
  );
}

/** Returns what must be put with them: a look at the events that came while they were being written. */
export function writeWaits(database: Database, puts: readonly WaitPut[] = []): QueuePut[] {
  return puts.flatMap((put) => writeWait(database, put));
}

function writeWait(database: Database, { wait, conflict, lookBack }: WaitPut): QueuePut[] {
  const memory = memoryOf(database);
  memory.any = true;
  if (wait.kind === "event" || wait.kind === "cancel") rememberPath(memory, wait.name, wait.path);
  if (conflict === "replace") database.run("UPDATE waits SET name = '' WHERE kind = 'signal' AND name = ?", wait.name);
  database.run(
    `INSERT INTO waits (id, kind, run_id, function_id, step_id, name, path, value, condition, expires_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    wait.id,
    wait.kind,
    wait.runId,
    wait.functionId,
    wait.stepId,
    wait.name,
    wait.path,
    storedValue(wait.value),
    wait.condition,
    wait.expiresAt,
    wait.createdAt,
  );
  if (lookBack === undefined) return [];
  const events = database.all<{ id: string }>(
    `SELECT internal_id AS id FROM events WHERE name = ? AND received_at >= ? AND NOT ${isRepeatSql}
      ORDER BY received_at, internal_id`,
    wait.name,
    lookBack.since,
  );
  return events
    .filter(({ id }) => !lookBack.ignoredEventIds.includes(id))
    .map(({ id }) => matchPut({ eventId: id, upTo: null, waitId: wait.id }, wait.createdAt));
}

/** Whether the wait that a transition ends by itself is still there. Takes it out. */
export function takeOpenWait(database: Database, { openWait }: Transition): boolean {
  if (openWait === undefined) return true;
  return database.run("DELETE FROM waits WHERE id = ?", openWait) === 1;
}

/** Returns the items of those that were still there. */
export function takeWaits(database: Database, takes: readonly WaitTake[] = []): QueuePut[] {
  return takes.flatMap(({ waitId, item }) => {
    const row = database.get<{ function_id: string; step_id: string | null }>(
      "DELETE FROM waits WHERE id = ? RETURNING function_id, step_id",
      waitId,
    );
    if (row === undefined) return [];
    if (row.step_id !== null) deleteItem(database, waitId);
    return item === null ? [] : [{ ...item, functionId: row.function_id }];
  });
}

export function deleteWaitsOfRun(database: Database, runId: string): void {
  if (memoryOf(database).any) database.run("DELETE FROM waits WHERE run_id = ?", runId);
}

function toWait(row: WaitRow): WaitRecord {
  return {
    id: row.id,
    kind: row.kind,
    runId: row.run_id,
    functionId: row.function_id,
    stepId: row.step_id,
    name: row.name,
    path: row.path,
    value: row.value,
    condition: row.condition,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}
