/** Waits: what rules read and write of them, and reads for open-store.ts. */
import type { WaitRecord } from "../../../domain/run/wait.ts";
import type { WaitLookup } from "../../../ports/store.ts";
import type { Changes, NewWait } from "../../../rules/changes.ts";
import type { WaitRow as RuleRow } from "../../../rules/rows.ts";
import { storedValue } from "../../../rules/set/wait-set.ts";
import type { Source } from "../../../rules/source.ts";
import { toWait, type WaitRow } from "../../records/waits.ts";
import { memoryOf } from "../commit/memory.ts";
import { type Database, everyRow } from "../database.ts";
import { createUpdate, plain } from "./row-update.ts";

const isForEvents = "kind IN ('event', 'cancel')";

const leastNames = 10_000;

type WaitReads = Pick<Source, "wait" | "signalWaits" | "waitsOfRun" | "waitPaths" | "isWaited" | "waitCounter">;

export function waitReads(database: Database): WaitReads {
  return {
    wait: ({ id }) =>
      database.get<RuleRow>(
        "SELECT id, run_id AS runId, function_id AS functionId, step_id AS stepId FROM waits WHERE id = ?",
        id,
      ) ?? null,
    signalWaits: ({ signal }) =>
      database
        .few<{ id: string }>(everyRow, "SELECT id FROM waits WHERE kind = 'signal' AND name = ? ORDER BY rowid", signal)
        .map(({ id }) => id),
    waitsOfRun: ({ runId }) =>
      memoryOf(database).hasWaits
        ? database.few<{ id: string }>(everyRow, "SELECT id FROM waits WHERE run_id = ?", runId).map(({ id }) => id)
        : [],
    waitPaths: ({ name }) => [...(pathsByName(database).get(name) ?? [])],
    isWaited: ({ name, path, value }) => database.get(isWaitedSql, name, path, value) !== undefined,
    waitCounter: () => ({ counter: "waits", last: lastNumber(database) }),
  };
}

/** Numbers grow with every wait, whatever it waits for, and are never used again. */
function lastNumber(database: Database): number {
  const memory = memoryOf(database);
  memory.waitNumber ??= database.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'waits'")?.seq ?? 0;
  return memory.waitNumber;
}

/** The fields that waits for events were looked up by since this was read. May know too much, never too little. */
function pathsByName(database: Database): Map<string, Set<string>> {
  const memory = memoryOf(database);
  if (memory.waitPaths === null || memory.waitPaths.size > memory.mostNames) {
    const names = database.all<{ name: string }>(distinctSql("name", "")).map(({ name }) => name);
    memory.waitPaths = new Map(names.map((name) => [name, new Set(listWaitPaths(database, name))]));
    memory.mostNames = Math.max(leastNames, 2 * names.length);
    memory.hasWaits = database.get("SELECT 1 FROM waits LIMIT 1") !== undefined;
  }
  return memory.waitPaths;
}

export function writeWaits(database: Database, { waits, waitCounters }: Changes): void {
  for (const id of waits.removed) database.run("DELETE FROM waits WHERE id = ?", id);
  for (const { key, fields } of waits.changed) update(database, fields, key);
  const memory = memoryOf(database);
  for (const { last } of waitCounters) {
    memory.waitNumber = last;
    if (waits.added.at(-1)?.number !== last) spendNumber(database, last);
  }
  if (waits.added.length === 0) return;
  memory.hasWaits = true;
  for (const wait of waits.added) {
    insertWait(database, wait);
    if (wait.kind === "event" || wait.kind === "cancel") rememberPath(pathsByName(database), wait.name, wait.path);
  }
}

/** The wait that got this number is gone already, by a commit of the same group: no other gets it. */
function spendNumber(database: Database, number: number): void {
  if (database.run("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'waits'", number) === 0)
    database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('waits', ?)", number);
}

const update = createUpdate<{ name: "" }>("waits", ["id"], { name: plain("name") });

function insertWait(database: Database, wait: NewWait): void {
  database.run(
    `INSERT INTO waits (number, id, kind, run_id, function_id, step_id, name, path, value, condition, expires_at, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    wait.number,
    wait.id,
    wait.kind,
    wait.runId,
    wait.functionId,
    wait.stepId,
    wait.name,
    wait.path,
    wait.value,
    wait.condition,
    wait.expiresAt,
    wait.createdAt,
  );
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

function rememberPath(paths: Map<string, Set<string>>, name: string, path: string): void {
  const known = paths.get(name);
  if (known === undefined) paths.set(name, new Set([path]));
  else known.add(path);
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
