/** Slots, which of them runs hold, and throttles: what rules read and write of them, and reads for queue-places.ts. */
import { throttleRange } from "../../../domain/queue/lane.ts";
import type { Changes } from "../../../rules/changes.ts";
import type { Source } from "../../../rules/source.ts";
import { memoryOf } from "../commit/memory.ts";
import { type Database, everyRow } from "../database.ts";

type SlotReads = Pick<Source, "slot" | "runSlots" | "throttle" | "passedThrottles" | "throttlesOfFunction">;

export function slotReads(database: Database): SlotReads {
  return {
    slot: ({ key }) => usedSlots(database, key),
    runSlots: ({ runId }) =>
      memoryOf(database).hasRunSlots
        ? database
            .few<{ key: string }>(everyRow, "SELECT key FROM run_slots WHERE run_id = ?", runId)
            .map(({ key }) => key)
        : [],
    throttle: ({ key }) => throttleTat(database, key),
    throttlesOfFunction: ({ functionId }) =>
      database
        .all<{ key: string }>(
          "SELECT key FROM throttles WHERE key = ? OR (key > ? AND key < ?) ORDER BY key",
          functionId,
          ...throttleRange(functionId),
        )
        .map(({ key }) => key),
    passedThrottles: ({ now, limit }) =>
      database
        .all<{ key: string }>("SELECT key FROM throttles WHERE tat <= ? LIMIT ?", now, limit)
        .map(({ key }) => key),
  };
}

export function usedSlots(database: Database, key: string): number {
  return database.get<{ used: number }>("SELECT used FROM slots WHERE key = ?", key)?.used ?? 0;
}

/** 0 for a throttle that holds nothing back. */
export function throttleTat(database: Database, key: string): number {
  return database.get<{ tat: number }>("SELECT tat FROM throttles WHERE key = ?", key)?.tat ?? 0;
}

/** Deletes the row of a slot when nothing of it is taken any more. */
export function writeSlots(database: Database, { slots, throttles, runSlots }: Changes): void {
  for (const { key, used } of slots.put) {
    if (used === 0) database.run("DELETE FROM slots WHERE key = ?", key);
    else
      database.run(
        "INSERT INTO slots (key, used) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET used = excluded.used",
        key,
        used,
      );
  }
  for (const key of throttles.removed) database.run("DELETE FROM throttles WHERE key = ?", key);
  for (const { key, tat } of throttles.put) {
    database.run(
      "INSERT INTO throttles (key, tat) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET tat = excluded.tat",
      key,
      tat,
    );
  }
  for (const { runId, key } of runSlots.removed)
    database.run("DELETE FROM run_slots WHERE run_id = ? AND key = ?", runId, key);
  if (runSlots.added.length > 0) memoryOf(database).hasRunSlots = true;
  for (const { runId, key } of runSlots.added)
    database.run("INSERT INTO run_slots (run_id, key) VALUES (?, ?)", runId, key);
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
