/**
 * Brings a database to the version that this engine knows, one numbered .sql file after the other. Called when a store opens
 * and by `stepwell migrate`. Engines of several versions share a database while they are updated one by one: a migration only
 * adds, and says with `min_version` which engines can still work with what is there.
 */
import { readdirSync, readFileSync } from "node:fs";
import { EngineError } from "../../domain/error.ts";
import type { Statement } from "./wire/batch.ts";
import type { Connections } from "./wire/connections.ts";
import type { Connection } from "./wire/driver.ts";
import { codeOf } from "./wire/postgres-error.ts";

/** Beside this file in the source, and beside the bundle in `dist`. */
const defaultFolder = new URL("./postgres-migrations/", import.meta.url);

interface Migration {
  version: number;
  /** As its file has it, without its ending. */
  name: string;
  sql: string;
  /** Engines that know less than this version cannot work with the database after it. */
  minVersion: number;
}

interface Versions {
  version: number;
  minVersion: number;
}

const only = (text: string): Statement => ({ text, values: [] });

const undefinedTable = "42P01";
const undefinedSchema = "3F000";
/** Two engines that make the same schema or table at the same time: one of them is told so. */
const madeMeanwhile: ReadonlySet<string> = new Set(["23505", "42P06", "42P07", "42710", "40001", "40P01", "XX000"]);

/** A file may say `-- min_version: 3` in its first line; else engines from version 1 on can work with it. */
function readMigrations(folder: URL = defaultFolder): Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(new URL(name, folder), "utf8");
      const minVersion = /^-- min_version: (\d+)$/m.exec(sql)?.[1] ?? "1";
      return {
        version: Number.parseInt(name, 10),
        name: name.slice(0, -".sql".length),
        sql,
        minVersion: Number(minVersion),
      };
    });
}

export interface PostgresVersions {
  /** Null when there is no store yet. */
  version: number | null;
  known: number;
  /** Names of the migrations that it has not had. */
  pending: string[];
}

/**
 * Reads only.
 * @throws EngineError `store_newer`
 */
export async function readSchema(connection: Connection, place: string): Promise<PostgresVersions> {
  const migrations = readMigrations();
  const known = migrations.at(-1)?.version ?? 0;
  const found = await readVersions(connection);
  if (found !== null) assertKnown(found, known, place);
  const version = found?.version ?? 0;
  const pending = migrations.filter((migration) => migration.version > version).map(({ name }) => name);
  // The table of versions is there, and no migration was: somebody makes the store at this moment, or broke off.
  return { version: version === 0 ? null : version, known, pending };
}

/** Statements of a migration: none of them holds a semicolon within. */
function statementsOf(sql: string): Statement[] {
  return sql
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(only);
}

/** Of one that is open: a newer engine may raise the version that is needed while this one works. @throws EngineError `store_newer` */
export function versionCheck(place: string): (minVersion: number) => void {
  let known: number | null = null;
  return (minVersion) => {
    known ??= readMigrations().at(-1)?.version ?? 0;
    assertKnown({ version: minVersion, minVersion }, known, place);
  };
}

/** What `versionCheck` reads: a value in a list of columns. */
export const minVersionSql = "(SELECT min_version FROM stepwell.schema_version WHERE only_row)";

/** Null when it is new. */
async function readVersions(connection: Connection): Promise<Versions | null> {
  try {
    const [result] = await connection.send([only("SELECT version, min_version FROM stepwell.schema_version")]);
    const row = result?.rows[0];
    return row === undefined ? null : { version: Number(row["version"]), minVersion: Number(row["min_version"]) };
  } catch (error) {
    if ([undefinedTable, undefinedSchema].includes(codeOf(error))) return null;
    throw error;
  }
}

function assertKnown({ version, minVersion }: Versions, known: number, place: string): void {
  if (known >= minVersion) return;
  throw new EngineError(
    "store_newer",
    `The database ${place} has version ${version} and needs an engine that knows version ${minVersion}; this one knows up to ${known}. Nothing was changed. Update stepwell-server.`,
  );
}

async function makeVersionTable(connection: Connection): Promise<void> {
  const statements = [
    "CREATE SCHEMA IF NOT EXISTS stepwell",
    `CREATE TABLE IF NOT EXISTS stepwell.schema_version (
      only_row boolean NOT NULL PRIMARY KEY, version integer NOT NULL, min_version integer NOT NULL)`,
    "INSERT INTO stepwell.schema_version (only_row, version, min_version) VALUES (true, 0, 0) ON CONFLICT DO NOTHING",
  ];
  for (const text of statements) {
    try {
      await connection.send([only(text)]);
    } catch (error) {
      if (!madeMeanwhile.has(codeOf(error))) throw error;
    }
  }
}

/** Under the lock of the version's row, so that of several engines one does it and the others find it done. */
async function migrateNext(connection: Connection, migrations: readonly Migration[], place: string): Promise<boolean> {
  const [, locked] = await connection.send([
    only("BEGIN"),
    only("SELECT version, min_version FROM stepwell.schema_version WHERE only_row FOR UPDATE"),
  ]);
  const row = locked?.rows[0];
  const current = { version: Number(row?.["version"] ?? 0), minVersion: Number(row?.["min_version"] ?? 0) };
  assertKnown(current, migrations.at(-1)?.version ?? 0, place);
  const next = migrations.find(({ version }) => version > current.version);
  if (next === undefined) {
    await connection.send([only("COMMIT")]);
    return false;
  }
  await connection.send([
    ...statementsOf(next.sql),
    {
      text: "UPDATE stepwell.schema_version SET version = $1, min_version = $2 WHERE only_row",
      values: [next.version, Math.max(next.minVersion, current.minVersion)],
    },
    only("COMMIT"),
  ]);
  return true;
}

/**
 * Each migration is one transaction. Those that the database has had are left out.
 * @throws EngineError `store_newer`
 */
export async function migrate(
  connections: Connections,
  place: string,
  migrations: readonly Migration[] = readMigrations(),
): Promise<void> {
  const known = migrations.at(-1)?.version ?? 0;
  await connections.use(async (connection) => {
    const before = await readVersions(connection);
    if (before !== null) assertKnown(before, known, place);
    if (before !== null && before.version >= known) return;
    await makeVersionTable(connection);
    while (await migrateNext(connection, migrations, place)) {
      // One after the other.
    }
  });
}
