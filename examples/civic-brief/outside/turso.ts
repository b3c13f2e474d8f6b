/** Stand-in for Turso: SQLite behind libSQL's `/v2/pipeline`, with a token. Part of the world outside. */
import type { DatabaseSyncInstance } from "@photostructure/sqlite";
import { openSqlite } from "./open-sqlite.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS user_interests (
    user_id TEXT NOT NULL REFERENCES users (id), interest TEXT NOT NULL, PRIMARY KEY (user_id, interest)
  );
  CREATE TABLE IF NOT EXISTS bills (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, summary TEXT NOT NULL, policy_area TEXT NOT NULL, latest_action_at TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS briefs (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('ready', 'failed')),
    policy_interests TEXT NOT NULL, script TEXT, audio_url TEXT, error TEXT, created_at TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS briefs_of_user ON briefs (user_id, created_at);
`;

const bills = [
  ["hr-1", "Clinics Act", "Pays for clinics in the country.", "healthcare", "2026-11-01"],
  ["hr-2", "Schools Act", "Pays for school buildings.", "education", "2026-11-02"],
  ["s-3", "Nurses Act", "Trains more nurses.", "healthcare", "2026-11-03"],
] as const;
const interests = [
  ["user_ana", "healthcare"],
  ["user_ana", "education"],
  ["user_ben", "education"],
] as const;

interface Statement {
  sql: string;
  args?: { type: string; value?: string | number }[];
}

export interface TursoDatabase {
  /** What `/v2/pipeline` answers to a body. */
  pipeline(body: unknown): unknown;
  rows(sql: string): Record<string, unknown>[];
  close(): void;
}

const toValue = (value: unknown): unknown =>
  value === null
    ? { type: "null" }
    : typeof value === "number"
      ? Number.isInteger(value)
        ? { type: "integer", value: String(value) }
        : { type: "float", value }
      : { type: "text", value: String(value) };

const fromValue = ({ type, value }: { type: string; value?: string | number }): string | number | null =>
  type === "null" || value === undefined ? null : type === "integer" ? Number(value) : value;

function execute(database: DatabaseSyncInstance, { sql, args = [] }: Statement): unknown {
  const rows = database.prepare(sql).all(...args.map(fromValue)) as Record<string, unknown>[];
  const names = Object.keys(rows[0] ?? {});
  return {
    cols: names.map((name) => ({ name })),
    rows: rows.map((row) => names.map((name) => toValue(row[name]))),
    affected_row_count: 0,
    last_insert_rowid: null,
  };
}

/** @param file a path, or `:memory:` */
export function openTurso(file: string): TursoDatabase {
  const database = openSqlite(file);
  database.exec(schema);
  const user = database.prepare("INSERT OR IGNORE INTO users VALUES (?, ?)");
  const bill = database.prepare("INSERT OR IGNORE INTO bills VALUES (?, ?, ?, ?, ?)");
  const interest = database.prepare("INSERT OR IGNORE INTO user_interests VALUES (?, ?)");
  for (const id of ["user_ana", "user_ben", "user_without_interests"]) user.run(id, id);
  for (const row of bills) bill.run(...row);
  for (const row of interests) interest.run(...row);
  return {
    pipeline(body) {
      const { requests } = body as { requests: { type: string; stmt?: Statement }[] };
      const results = requests.map(({ type, stmt }) => {
        if (type !== "execute" || stmt === undefined) return { type: "ok", response: { type } };
        try {
          return { type: "ok", response: { type, result: execute(database, stmt) } };
        } catch (error) {
          return { type: "error", error: { message: error instanceof Error ? error.message : String(error) } };
        }
      });
      return { baton: null, base_url: null, results };
    },
    rows: (sql) => database.prepare(sql).all() as Record<string, unknown>[],
    close: () => database.close(),
  };
}
