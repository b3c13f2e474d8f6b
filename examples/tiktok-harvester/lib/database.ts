/** The app's Postgres, at DATABASE_URL. Called by videos.ts. The tables are those of the app: of jobs the engine keeps account. */
import pg from "pg";
import { readText } from "./settings.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS videos (
    id text PRIMARY KEY, found_by text NOT NULL, found_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS comments (
    video_id text NOT NULL REFERENCES videos (id) ON DELETE CASCADE, id text NOT NULL, text text NOT NULL,
    PRIMARY KEY (video_id, id)
  );
  CREATE TABLE IF NOT EXISTS domains (
    video_id text NOT NULL REFERENCES videos (id) ON DELETE CASCADE, domain text NOT NULL, PRIMARY KEY (video_id, domain)
  );
`;

/** As many as extractions at the same time, and some more. */
const connectionsMax = 60;

let pool: { url: string; ready: Promise<pg.Pool> } | null = null;

async function open(url: string): Promise<pg.Pool> {
  const opened = new pg.Pool({ connectionString: url, max: connectionsMax });
  // A connection that breaks while nobody uses it is opened again by whoever is next.
  opened.on("error", () => undefined);
  const client = await opened.connect();
  try {
    await client.query("BEGIN");
    // Two processes that start at once must not create the same table.
    await client.query("SELECT pg_advisory_xact_lock(727272)");
    await client.query(schema);
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  return opened;
}

/** One statement. */
export async function query<Row extends Record<string, unknown>>(sql: string, args: unknown[] = []): Promise<Row[]> {
  const url = readText("DATABASE_URL");
  if (pool?.url !== url) {
    const opening = { url, ready: open(url) };
    pool = opening;
    // One that could not be opened is not kept.
    opening.ready.catch(() => {
      if (pool === opening) pool = null;
    });
  }
  const { rows } = await (await pool.ready).query<Row>(sql, args);
  return rows;
}

/** Ends all connections. For tests: the app keeps them as long as it runs. */
export async function closeDatabase(): Promise<void> {
  const closing = pool;
  pool = null;
  await (await closing?.ready)?.end();
}
