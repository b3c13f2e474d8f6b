/**
 * Slots: how many of a limit are taken. Called where items are leased and let go, and where runs end.
 * Whoever frees a slot wakes the lane that has waited longest for it.
 */
import type { Slot } from "../../domain/lane.ts";
import type { Database } from "./database.ts";
import { memoryOf } from "./lane-memory.ts";

export function usedSlots(database: Database, key: string): number {
  return database.get<{ used: number }>("SELECT used FROM slots WHERE key = ?", key)?.used ?? 0;
}

export function takeSlots(database: Database, slots: readonly Slot[], count: number): void {
  if (count === 0) return;
  for (const { key } of slots) {
    database.run(
      "INSERT INTO slots (key, used) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET used = used + excluded.used",
      key,
      count,
    );
  }
}

/** Slots that a run holds until it ends. */
export function takeRunSlots(database: Database, slots: readonly Slot[], runId: string): void {
  memoryOf(database).hasRunSlots = true;
  for (const slot of slots) {
    const taken = database.run("INSERT OR IGNORE INTO run_slots (run_id, key) VALUES (?, ?)", runId, slot.key);
    if (taken === 1) takeSlots(database, [slot], 1);
  }
}

export function releaseSlot(database: Database, key: string): void {
  const row = database.get<{ used: number }>("UPDATE slots SET used = used - 1 WHERE key = ? RETURNING used", key);
  const used = row?.used ?? 0;
  if (used <= 0) database.run("DELETE FROM slots WHERE key = ?", key);
  wakeBlocked(database, key, Math.max(used, 0));
}

/** Frees what a run has held. */
export function releaseRunSlots(database: Database, runId: string): void {
  if (!memoryOf(database).hasRunSlots) return;
  const held = database.all<{ key: string }>("DELETE FROM run_slots WHERE run_id = ? RETURNING key", runId);
  for (const { key } of held) releaseSlot(database, key);
}

/** Offers a slot that this lane did not use to the next one. */
export function passOn(database: Database, slots: readonly Slot[], except: string | null): void {
  for (const { key } of slots) if (key !== except) wakeBlocked(database, key, usedSlots(database, key));
}

/** Of the lanes that wait for this slot and have room in it, the one whose turn comes first gets another look. */
function wakeBlocked(database: Database, key: string, used: number): void {
  const memory = memoryOf(database);
  const woken = database.run(
    `UPDATE lanes SET state = 1, blocked_on = NULL, vtime = max(vtime, ?) WHERE id = (
      SELECT id FROM lanes WHERE state = 2 AND blocked_on = ? AND blocked_limit > ? ORDER BY vtime, id LIMIT 1)`,
    memory.virtualTime,
    key,
    used,
  );
  if (woken > 0) memory.wakeUps += 1;
}

/** For a database whose leases are all void: what is taken is what runs hold. */
export function recountSlots(database: Database): void {
  database.run(
    "DELETE FROM run_slots WHERE NOT EXISTS (SELECT 1 FROM runs WHERE id = run_id AND status IN ('Queued', 'Running'))",
  );
  database.run("DELETE FROM slots");
  database.run("INSERT INTO slots (key, used) SELECT key, count(*) FROM run_slots GROUP BY key");
  memoryOf(database).hasRunSlots = database.get("SELECT 1 FROM run_slots LIMIT 1") !== undefined;
}

/** Runs that hold a slot until they end, oldest first. */
export function runsHolding(database: Database, key: string): string[] {
  return database
    .all<{ run_id: string }>("SELECT run_id FROM run_slots WHERE key = ? ORDER BY run_id LIMIT 100", key)
    .map((row) => row.run_id);
}
