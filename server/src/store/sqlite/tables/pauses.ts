/** Pauses: what rules read and write of them, and reads for listings. They are kept in memory. */
import type { PauseRecord } from "../../../domain/pause.ts";
import type { Changes } from "../../../rules/changes.ts";
import { holdingPause } from "../../../rules/pauses.ts";
import type { Source } from "../../../rules/source.ts";
import { type PauseRow, toPause } from "../../records/pauses.ts";
import { memoryOf } from "../commit/memory.ts";
import type { Database } from "../database.ts";
import { functionRow } from "./apps.ts";

export function pauseReads(database: Database): Pick<Source, "pauses"> {
  return { pauses: () => knownPauses(database) };
}

function knownPauses(database: Database): readonly PauseRecord[] {
  const memory = memoryOf(database);
  memory.pauses ??= listPauses(database);
  return memory.pauses;
}

/** The one that holds a function; null when it is not paused. */
export function pauseOf(database: Database, functionId: string): PauseRecord | null {
  const pauses = knownPauses(database);
  return pauses.length === 0 ? null : holdingPause(pauses, functionId, functionRow(database, functionId));
}

export function writePauses(database: Database, { removed, put }: Changes["pauses"]): void {
  if (removed.length + put.length > 0) memoryOf(database).pauses = null;
  for (const { scope, targetId } of removed)
    database.run("DELETE FROM pauses WHERE scope = ? AND target_id = ?", scope, targetId);
  for (const pause of put) {
    database.run(
      "INSERT OR REPLACE INTO pauses (scope, target_id, reason, author, at, arriving) VALUES (?, ?, ?, ?, ?, ?)",
      pause.scope,
      pause.targetId,
      pause.reason,
      pause.author,
      pause.at,
      pause.arriving,
    );
  }
}

/** Oldest first. */
export function listPauses(database: Database): PauseRecord[] {
  return database.all<PauseRow>("SELECT * FROM pauses ORDER BY at, scope, target_id").map(toPause);
}
