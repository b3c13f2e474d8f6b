/**
 * Finds the SQLite that this Node has: `node:sqlite`, else `@photostructure/sqlite`, which has the same interface.
 * Called by database.ts. Must never be loaded by anything that also runs outside Node.
 */
import { createRequire } from "node:module";

export type SqlValue = string | number | null;

/** The part of `node:sqlite` that the store uses. */
export interface DriverStatement {
  run(...values: SqlValue[]): { changes: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

export interface DriverDatabase {
  exec(sql: string): void;
  prepare(sql: string): DriverStatement;
  close(): void;
}

interface Driver {
  DatabaseSync: new (path: string) => DriverDatabase;
}

/** Opens a file, or `:memory:`. @throws the driver's own error; see database-error.ts. */
export function openDriver(path: string): DriverDatabase {
  const { DatabaseSync } = loadDriver();
  return new DatabaseSync(path);
}

function loadDriver(): Driver {
  return loadBuiltIn() ?? (createRequire(import.meta.url)("@photostructure/sqlite") as Driver);
}

/** Undefined where Node has none, as Node 20. Node 22 calls its own experimental; that is not for our users to read. */
function loadBuiltIn(): Driver | undefined {
  const emitWarning = process.emitWarning;
  process.emitWarning = (() => undefined) as typeof process.emitWarning;
  try {
    return process.getBuiltinModule?.("node:sqlite") as Driver | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
