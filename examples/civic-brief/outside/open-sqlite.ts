/** Opens SQLite: Node's own `node:sqlite` where Node has it, else `@photostructure/sqlite`, with the same interface. */
import { createRequire } from "node:module";
import type { DatabaseSyncInstance } from "@photostructure/sqlite";

type SqliteModule = Pick<typeof import("@photostructure/sqlite"), "DatabaseSync">;

export function openSqlite(file: string): DatabaseSyncInstance {
  const builtIn = process as { getBuiltinModule?: (name: string) => unknown };
  const own = builtIn.getBuiltinModule?.("node:sqlite") as SqliteModule | undefined;
  const { DatabaseSync } = own ?? (createRequire(import.meta.url)("@photostructure/sqlite") as SqliteModule);
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  return database;
}
