/**
 * Opens the app's SQLite file: with Node's own `node:sqlite` where Node has it (22.13 and later), else with
 * `@photostructure/sqlite`, which offers the same interface. Called by `server.ts` and tests.
 */
import { createRequire } from "node:module";
import type { DatabaseSyncInstance } from "@photostructure/sqlite";

export type Database = DatabaseSyncInstance;
type SqliteModule = Pick<typeof import("@photostructure/sqlite"), "DatabaseSync">;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS analysis_jobs (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    repo_id TEXT NOT NULL,
    max_commits INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'error')),
    run_id TEXT,
    result_path TEXT,
    result TEXT,
    error_message TEXT,
    created_at TEXT NOT NULL,
    completed_at TEXT,
    dispatch TEXT CHECK (dispatch IN ('engine', 'worker')),
    worker_id TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS step_runs (
    job_id TEXT NOT NULL REFERENCES analysis_jobs (id),
    step TEXT NOT NULL,
    executions INTEGER NOT NULL,
    PRIMARY KEY (job_id, step)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS commit_cache (
    repo_id TEXT NOT NULL,
    sha TEXT NOT NULL,
    commit_json TEXT NOT NULL,
    PRIMARY KEY (repo_id, sha)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS user_secrets (
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS llm_usage (
    job_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    paid_by TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL
  ) STRICT;
`;

/** Columns that tables of earlier versions lack. */
const ADDED = ["dispatch TEXT", "worker_id TEXT"];

/** @param file a path, or `:memory:`. The folder must exist. */
export function openDatabase(file: string): Database {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
  database.exec(SCHEMA);
  const columns = database.prepare("SELECT name FROM pragma_table_info('analysis_jobs')").all() as { name: string }[];
  for (const column of ADDED) {
    if (!columns.some(({ name }) => column.startsWith(`${name} `)))
      database.exec(`ALTER TABLE analysis_jobs ADD COLUMN ${column}`);
  }
  return database;
}

function loadSqlite(): SqliteModule {
  const builtIn = process as { getBuiltinModule?: (name: string) => unknown };
  const own = builtIn.getBuiltinModule?.("node:sqlite") as SqliteModule | undefined;
  return own ?? (createRequire(import.meta.url)("@photostructure/sqlite") as SqliteModule);
}
