/** The database, Supabase's Postgres or any other: one pool for the process, and the tables. Called by `competitors/`. */
import pg from "pg";

const schema = `
  create table if not exists competitor_providers (
    id uuid primary key default gen_random_uuid(),
    slug text not null unique,
    name text not null,
    scrape_urls text[] not null,
    scrape_frequency text not null check (scrape_frequency in ('daily', 'weekly', 'monthly', 'manual')),
    is_active boolean not null default true,
    last_scraped_at timestamptz
  );
  create table if not exists competitor_scrape_logs (
    id uuid primary key default gen_random_uuid(),
    provider_id uuid not null references competitor_providers (id),
    trigger text not null check (trigger in ('manual', 'scheduled')),
    status text not null default 'pending' check (status in ('pending', 'running', 'completed', 'failed')),
    created_at timestamptz not null default now(),
    started_at timestamptz,
    completed_at timestamptz,
    products_found integer,
    products_new integer,
    price_changes integer,
    error text
  );
  create table if not exists competitor_products (
    provider_id uuid not null references competitor_providers (id),
    product_key text not null,
    name text not null,
    product_type text not null,
    price_cents integer not null,
    speed_mbps integer,
    data_gb integer,
    source_url text not null,
    last_seen_at timestamptz not null,
    primary key (provider_id, product_key)
  );
  create table if not exists competitor_price_changes (
    scrape_log_id uuid not null references competitor_scrape_logs (id),
    provider_id uuid not null references competitor_providers (id),
    product_key text not null,
    name text not null,
    old_cents integer not null,
    new_cents integer not null,
    percent numeric(8, 1) not null,
    detected_at timestamptz not null,
    primary key (scrape_log_id, product_key)
  );
  create table if not exists competitor_price_alerts (
    scrape_log_id uuid primary key references competitor_scrape_logs (id),
    text text not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz
  );
`;

let opened: { uri: string; pool: Promise<pg.Pool> } | null = null;

async function open(uri: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: uri, max: 10 });
  // A session that the server ends while it rests is replaced with the next question.
  pool.on("error", () => undefined);
  const client = await pool.connect();
  try {
    // Two processes that start at once would both try to make the tables.
    await client.query("select pg_advisory_lock(7214005)");
    await client.query(schema);
  } finally {
    await client.query("select pg_advisory_unlock(7214005)").catch(() => undefined);
    client.release();
  }
  return pool;
}

/** @throws when DATABASE_URL is not set, or nothing answers there. The next call tries again. */
function poolOf(): Promise<pg.Pool> {
  const uri = process.env["DATABASE_URL"];
  if (uri === undefined || uri === "") throw new Error("DATABASE_URL is not set: the address of a Postgres is needed.");
  if (opened === null) {
    const pool = open(uri);
    opened = { uri, pool };
    pool.catch(() => {
      opened = null;
    });
  }
  return opened.pool;
}

export async function rowsOf<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
  const pool = await poolOf();
  return (await pool.query<T>(text, [...values])).rows;
}

/** Runs `work` in one transaction. */
export async function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await (await poolOf()).connect();
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Called by tests; a process that ends need not. */
export async function closeDatabase(): Promise<void> {
  const pool = await opened?.pool;
  opened = null;
  await pool?.end();
}
