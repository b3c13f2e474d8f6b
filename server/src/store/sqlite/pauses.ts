/**
 * Pauses: written by commit.ts, read for listings, and asked by whoever hands out items.
 * What is paused is kept in memory, so that asking costs nothing while nothing is.
 */
import { cronLane } from "../../domain/lane.ts";
import type { PauseRecord, PauseScope } from "../../domain/pause.ts";
import type { Database } from "./database.ts";
import { memoryOf, type PausedSet, specOf } from "./lane-memory.ts";
import { passOn } from "./slots.ts";

interface PauseRow {
  scope: PauseScope;
  target_id: string;
  reason: string;
  author: string;
  at: number;
  arriving: PauseRecord["arriving"];
}

/** Whether no call of this function may begin. */
export function isPaused(database: Database, functionId: string): boolean {
  const { all, functionIds, exemptIds } = pausedSet(database);
  return (all && !exemptIds.has(functionId)) || (functionIds.size > 0 && functionIds.has(functionId));
}

/** Crons go on while a pause lets what arrives be skipped: their runs are recorded as such. */
export function isLaneHeld(database: Database, laneId: string, functionId: string): boolean {
  if (!isPaused(database, functionId)) return false;
  return laneId !== cronLane(functionId).id || pauseOf(database, functionId)?.arriving === "hold";
}

/** The pause that holds a function: its own, else its app's, else that of everything. Null: it is not paused. */
export function pauseOf(database: Database, functionId: string): PauseRecord | null {
  if (!isPaused(database, functionId)) return null;
  const isExempt = pausedSet(database).exemptIds.has(functionId) ? 1 : 0;
  const row = database.get<PauseRow>(
    `SELECT * FROM pauses WHERE (scope = 'function' AND target_id = ?)
      OR (NOT ? AND scope = 'app' AND target_id = (SELECT app_id FROM functions WHERE id = ?))
      OR (NOT ? AND scope = 'all' AND target_id = '') ORDER BY scope = 'all', scope = 'app' LIMIT 1`,
    functionId,
    isExempt,
    functionId,
    isExempt,
  );
  return row === undefined ? null : toPause(row);
}

export function writePause(database: Database, pause: PauseRecord): void {
  database.run(
    "INSERT OR REPLACE INTO pauses (scope, target_id, reason, author, at, arriving) VALUES (?, ?, ?, ?, ?, ?)",
    pause.scope,
    pause.targetId,
    pause.reason,
    pause.author,
    pause.at,
    pause.arriving,
  );
  applyPauses(database);
}

export function deletePause(database: Database, scope: PauseScope, targetId: string): void {
  database.run("DELETE FROM pauses WHERE scope = ? AND target_id = ?", scope, targetId);
  applyPauses(database);
}

/** Oldest first. */
export function listPauses(database: Database): PauseRecord[] {
  return database.all<PauseRow>("SELECT * FROM pauses ORDER BY at, scope, target_id").map(toPause);
}

/** Holds the lanes of what is paused and lets go of the others. After a pause, and after a sync, which may move functions. */
export function applyPauses(database: Database): void {
  const memory = memoryOf(database);
  memory.paused = null;
  const lanes = database.all<{ function_id: string }>("SELECT DISTINCT function_id FROM lanes");
  for (const { function_id: functionId } of lanes) {
    const cron = cronLane(functionId).id;
    if (isPaused(database, functionId)) holdLanes(database, functionId);
    else letGoLanes(database, functionId);
    if (!isLaneHeld(database, cron, functionId)) letGoLane(database, cron);
  }
}

/** The slots that a held lane was about to take go to others. */
function holdLanes(database: Database, functionId: string): void {
  const eager = database.all<{ id: string }>("SELECT id FROM lanes WHERE function_id = ? AND state = 1", functionId);
  database.run(
    "UPDATE lanes SET state = 4, blocked_on = NULL WHERE function_id = ? AND state IN (1, 2, 3)",
    functionId,
  );
  for (const { id } of eager) {
    const spec = specOf(database, id, functionId);
    if (spec !== null) passOn(database, [...spec.slots, ...spec.runSlots], null);
  }
}

function letGoLanes(database: Database, functionId: string): void {
  const memory = memoryOf(database);
  const freed = database.run(
    "UPDATE lanes SET state = 1, vtime = max(vtime, ?) WHERE function_id = ? AND state = 4",
    memory.virtualTime,
    functionId,
  );
  if (freed > 0) memory.wakeUps += 1;
}

function letGoLane(database: Database, laneId: string): void {
  if (database.run("UPDATE lanes SET state = 1 WHERE id = ? AND state = 4", laneId) > 0)
    memoryOf(database).wakeUps += 1;
}

function pausedSet(database: Database): PausedSet {
  const memory = memoryOf(database);
  const rollbacks = database.rollbacks();
  if (memory.paused?.rollbacks !== rollbacks) memory.paused = { ...readPaused(database), rollbacks };
  return memory.paused;
}

const isExemptSql = "json_extract(flow, '$.exemptFromPauses')";

function readPaused(database: Database): PausedSet {
  const pauses = listPauses(database);
  if (pauses.length === 0) return { all: false, functionIds: new Set(), exemptIds: new Set() };
  const exempt = database.all<{ id: string }>(`SELECT id FROM functions WHERE ${isExemptSql}`);
  const exemptIds = new Set(exempt.map(({ id }) => id));
  const functionIds = pauses.flatMap(({ scope, targetId }) => {
    if (scope === "function") return [targetId];
    if (scope === "all") return [];
    return database
      .all<{ id: string }>("SELECT id FROM functions WHERE app_id = ?", targetId)
      .map(({ id }) => id)
      .filter((id) => !exemptIds.has(id));
  });
  return { all: pauses.some(({ scope }) => scope === "all"), functionIds: new Set(functionIds), exemptIds };
}

function toPause(row: PauseRow): PauseRecord {
  return {
    scope: row.scope,
    targetId: row.target_id,
    reason: row.reason,
    author: row.author,
    at: row.at,
    arriving: row.arriving,
  };
}
