/**
 * Brings a database to the version that this engine knows, one numbered .sql file after the other.
 * Called when a store opens and by `stepwell migrate`. Must never touch a database of a newer version.
 */
import { readdirSync, readFileSync } from "node:fs";
import { EngineError } from "../../domain/error.ts";
import type { Database } from "./database.ts";

/** Beside this file in the source, and beside the bundle in `dist`. */
const defaultFolder = new URL("./migrations/", import.meta.url);

interface Migration {
  version: number;
  /** As its file has it, without its ending. */
  name: string;
  url: URL;
}

export interface SqliteVersions {
  /** 0 when the database is new. */
  version: number;
  known: number;
  /** Names of the migrations that it has not had. */
  pending: string[];
}

/** Reads only. */
export function readVersions(database: Database, folder: URL = defaultFolder): SqliteVersions {
  return versionsFrom(readVersion(database), folder);
}

/** Of a database that is not there yet. */
export function newVersions(folder: URL = defaultFolder): SqliteVersions {
  return versionsFrom(0, folder);
}

function versionsFrom(version: number, folder: URL): SqliteVersions {
  const migrations = listMigrations(folder);
  const pending = migrations.filter((migration) => migration.version > version).map(({ name }) => name);
  return { version, known: migrations.at(-1)?.version ?? 0, pending };
}

/** Reads only. @throws EngineError `store_newer` */
export function assertNotNewer(database: Database, place: string | null, folder: URL = defaultFolder): void {
  const known = listMigrations(folder).at(-1)?.version ?? 0;
  const current = readVersion(database);
  if (current <= known) return;
  throw new EngineError(
    "store_newer",
    `The state folder ${place ?? "(memory)"} was written by a newer Stepwell: it has version ${current}, this one knows up to ${known}. Nothing was changed. Update stepwell-server, or choose another folder (--data DIR).`,
  );
}

/** Each migration is one transaction. Those that the database has had are left out. */
export function migrate(database: Database, folder: URL = defaultFolder): void {
  const current = readVersion(database);
  for (const { version, url } of listMigrations(folder)) {
    if (version <= current) continue;
    const sql = readFileSync(url, "utf8");
    database.transaction(() => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version}`);
    });
  }
}

/** What makes of an empty database what all migrations make of it. Worked out by the first one of the process. */
let madeAtOnce: string | null = null;

/** The same for a database in memory, which is always new: programs of tests open one for each test. */
export function migrateNew(database: Database): void {
  if (madeAtOnce !== null) {
    database.exec(madeAtOnce);
    return;
  }
  migrate(database);
  const made = database.all<{ sql: string }>(
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type = 'table' DESC, rowid",
  );
  const version = `PRAGMA user_version = ${readVersion(database)}`;
  madeAtOnce = ["BEGIN", ...made.map(({ sql }) => sql), version, "COMMIT"].join(";\n");
}

/** Kept in the database's header; 0 when it is new. */
function readVersion(database: Database): number {
  return database.get<{ user_version: number }>("PRAGMA user_version")?.user_version ?? 0;
}

function listMigrations(folder: URL): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number.parseInt(name, 10),
      name: name.slice(0, -".sql".length),
      url: new URL(name, folder),
    }));
}
