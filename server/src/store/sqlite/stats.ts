/** How much the database holds and how much room it takes. Called by open-store.ts. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { StorageUse } from "../../ports/store.ts";
import { readCounts } from "./commit/counts.ts";
import type { Database } from "./database.ts";

/** The database and its log. */
const files = ["stepwell.db", "stepwell.db-wal"];

interface Pages {
  size: number;
  count: number;
  free: number;
}

function readPages(database: Database): Pages {
  const read = (name: string): number =>
    Object.values(database.get<Record<string, number>>(`PRAGMA ${name}`) ?? {})[0] ?? 0;
  return { size: read("page_size"), count: read("page_count"), free: read("freelist_count") };
}

/** Bytes that records take. */
export function getUsedBytes(database: Database): number {
  const { size, count, free } = readPages(database);
  return (count - free) * size;
}

/** Gives up to `bytes` of free room back to the disk. Returns the bytes that are free still. */
export function compactDatabase(database: Database, bytes: number): number {
  const { size } = readPages(database);
  database.exec(`PRAGMA incremental_vacuum(${Math.max(Math.floor(bytes / size), 1)})`);
  return readPages(database).free * size;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** `directory`: null in memory. */
export function getStorage(database: Database, directory: string | null): StorageUse {
  const oldest = database.get<Pick<StorageUse, "oldestRunAt" | "oldestEventAt">>(
    `SELECT (SELECT queued_at FROM runs ORDER BY id LIMIT 1) AS oldestRunAt,
      (SELECT received_at FROM events ORDER BY rowid LIMIT 1) AS oldestEventAt`,
  ) ?? { oldestRunAt: null, oldestEventAt: null };
  const diskBytes = directory === null ? 0 : files.reduce((sum, name) => sum + sizeOf(join(directory, name)), 0);
  return { usedBytes: getUsedBytes(database), diskBytes, ...readCounts(database), ...oldest };
}
