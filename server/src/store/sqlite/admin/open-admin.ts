/**
 * A state folder for those who look after it: its version, its migrations, all that it holds. Made by open-store.ts. Must never
 * work beside an engine: the file is locked by whoever has it open.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SchemaStatus, StoreAdmin } from "../../../ports/store-admin.ts";
import { assertUpToDate } from "../../records/archived.ts";
import type { Database } from "../database.ts";
import { fileName } from "../file/data-folder.ts";
import { toStoreError } from "../file/database-error.ts";
import { newVersions, readVersions, type SqliteVersions } from "../migrate.ts";
import { letGo, openState } from "../open-state.ts";
import { dumpTables } from "./dump.ts";
import { restoreTables } from "./restore.ts";

/** Opens nothing yet. */
export function openSqliteAdmin(directory: string): StoreAdmin {
  const place = resolve(directory);
  const isThere = (): boolean => existsSync(join(directory, fileName));
  const open = (migrates: boolean): Database => openState({ directory, skipCheck: !migrates, migrates });
  const withState = async <T>(migrates: boolean, work: (database: Database) => T | Promise<T>): Promise<T> => {
    let database: Database | null = null;
    try {
      database = open(migrates);
      return await work(database);
    } catch (error) {
      throw toStoreError(error, directory);
    } finally {
      close(database, directory);
    }
  };
  const versions = (): Promise<SqliteVersions> =>
    isThere() ? withState(false, (database) => readVersions(database)) : Promise.resolve(newVersions());
  const status = async (): Promise<SchemaStatus> => {
    const { version, known, pending } = await versions();
    return { store: "sqlite", place, version: isThere() ? version : null, known, pending };
  };
  return {
    status,
    async migrate() {
      const { pending } = await status();
      await withState(true, () => undefined);
      return pending;
    },
    async *dump() {
      const { version, known } = await status();
      assertUpToDate(place, version, known);
      let database: Database | null = null;
      try {
        database = open(false);
        yield* dumpTables(database);
      } catch (error) {
        throw toStoreError(error, directory);
      } finally {
        close(database, directory);
      }
    },
    restore: (pages) => withState(true, (database) => restoreTables(database, `The state folder ${place}`, pages)),
    close: async () => undefined,
  };
}

function close(database: Database | null, directory: string): void {
  if (database === null) return;
  letGo(database, directory);
  database.close();
}
