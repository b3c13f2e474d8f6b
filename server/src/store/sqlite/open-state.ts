/**
 * Opens the database of a state folder for one process, and lets go of it. Called by open-store.ts for engines and by
 * admin/open-admin.ts for those who look after the store.
 */
import { type Database, openDatabase } from "./database.ts";
import { prepareDataFolder } from "./file/data-folder.ts";
import { damagedError } from "./file/database-error.ts";
import { assertNotNewer, migrate, migrateNew } from "./migrate.ts";

export interface StateOptions {
  /** Null keeps everything in memory. */
  directory: string | null;
  /** Whether a file is opened without a look for damage, which reads all of it. */
  skipCheck: boolean;
  /** Whether it is made when it is missing, and brought up to date; else it is left as it is. */
  migrates: boolean;
}

/** @throws EngineError `store_newer`, `store_damaged`, and what SQLite and the file system throw */
export function openState(options: StateOptions): Database {
  const { directory } = options;
  const database = openDatabase(directory === null ? ":memory:" : prepareDataFolder(directory));
  try {
    configure(database, options);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Exclusive before WAL: the index of the log then lives in this process, and a second one is refused at once.
 * Full sync: a commit returns when the disk has it.
 */
function configure(database: Database, { directory, skipCheck, migrates }: StateOptions): void {
  database.exec("PRAGMA busy_timeout = 0");
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA cache_size = -32768");
  assertNotNewer(database, directory);
  if (directory !== null && !skipCheck) assertWhole(database, directory);
  if (!migrates) return;
  letShrink(database);
  database.get("PRAGMA journal_mode = WAL");
  // Pages of the log before it is folded into the file: 16 MiB. Most pages are written many times before.
  database.exec("PRAGMA wal_autocheckpoint = 4096");
  if (directory === null) migrateNew(database);
  else migrate(database);
}

/** Reads every page once. @throws EngineError `store_damaged` */
function assertWhole(database: Database, directory: string): void {
  const found = database.get<{ quick_check: string }>("PRAGMA quick_check(1)")?.quick_check;
  if (found !== undefined && found !== "ok") throw damagedError(directory, found);
}

/** A file from before this was set is written anew, once. */
function letShrink(database: Database): void {
  const incremental = 2;
  if (database.get<{ auto_vacuum: number }>("PRAGMA auto_vacuum")?.auto_vacuum === incremental) return;
  database.exec(`PRAGMA auto_vacuum = ${incremental}`);
  if (database.get("SELECT 1 FROM sqlite_schema LIMIT 1") === undefined) return;
  try {
    database.exec("VACUUM");
  } catch {
    // No room for a second copy: the file works on, and reuses the room of what is deleted.
  }
}

/**
 * Folds the log into the file and drops the lock. `@photostructure/sqlite` keeps a closed connection, and so its lock,
 * until its prepared statements are garbage; this process could not open the folder again before that.
 */
export function letGo(database: Database, directory: string | null): void {
  if (directory === null) return;
  try {
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema");
  } catch {
    // A full disk, for one. The log stays beside the file and is read at the next start.
  }
}
