/**
 * Writes what a scrape has found, and says which prices have changed. In one transaction with the end of the scrape's log, so
 * that a step that runs twice finds what it wrote and says the same again. Called in a step.
 */
import type pg from "pg";
import { inTransaction } from "../database.ts";
import type { Product } from "./normalize.ts";

export interface PriceChange {
  product_key: string;
  name: string;
  old_cents: number;
  new_cents: number;
  /** Negative where it has become cheaper. */
  percent: number;
}

export interface Saved {
  found: number;
  added: number;
  changes: PriceChange[];
}

interface Known {
  product_key: string;
  price_cents: number;
}

/** Prices that differ from those that were known. Pure. */
export function detectChanges(known: readonly Known[], products: readonly Product[]): PriceChange[] {
  const before = new Map(known.map(({ product_key, price_cents }) => [product_key, price_cents]));
  return products.flatMap(({ product_key, name, price_cents: new_cents }) => {
    const old_cents = before.get(product_key);
    if (old_cents === undefined || old_cents === new_cents) return [];
    const percent = old_cents === 0 ? 100 : Math.round(((new_cents - old_cents) / old_cents) * 1000) / 10;
    return { product_key, name, old_cents, new_cents, percent };
  });
}

async function readSaved(client: pg.PoolClient, scrapeLogId: string): Promise<Saved | null> {
  const log = await client.query<{ status: string; products_found: number; products_new: number }>(
    "select status, products_found, products_new from competitor_scrape_logs where id = $1 for update",
    [scrapeLogId],
  );
  const [row] = log.rows;
  if (row === undefined) throw new Error(`There is no scrape log ${scrapeLogId}.`);
  if (row.status !== "completed") return null;
  const { rows } = await client.query<PriceChange>(
    "select product_key, name, old_cents, new_cents, percent::float as percent from competitor_price_changes where scrape_log_id = $1 order by product_key",
    [scrapeLogId],
  );
  return { found: row.products_found, added: row.products_new, changes: rows };
}

const upsert = `insert into competitor_products
  (provider_id, product_key, name, product_type, price_cents, speed_mbps, data_gb, source_url, last_seen_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, now())
  on conflict (provider_id, product_key) do update set name = excluded.name, product_type = excluded.product_type,
    price_cents = excluded.price_cents, speed_mbps = excluded.speed_mbps, data_gb = excluded.data_gb,
    source_url = excluded.source_url, last_seen_at = excluded.last_seen_at`;

export function saveProducts(providerId: string, scrapeLogId: string, products: readonly Product[]): Promise<Saved> {
  return inTransaction(async (client) => {
    const saved = await readSaved(client, scrapeLogId);
    if (saved !== null) return saved;
    const { rows: known } = await client.query<Known>(
      "select product_key, price_cents from competitor_products where provider_id = $1 for update",
      [providerId],
    );
    const changes = detectChanges(known, products);
    for (const { product_key, name, product_type, price_cents, speed_mbps, data_gb, source_url } of products) {
      const values = [providerId, product_key, name, product_type, price_cents, speed_mbps, data_gb, source_url];
      await client.query(upsert, values);
    }
    for (const { product_key, name, old_cents, new_cents, percent } of changes)
      await client.query("insert into competitor_price_changes values ($1, $2, $3, $4, $5, $6, $7, now())", [
        scrapeLogId,
        providerId,
        product_key,
        name,
        old_cents,
        new_cents,
        percent,
      ]);
    const keys = new Set(known.map(({ product_key }) => product_key));
    const added = products.filter(({ product_key }) => !keys.has(product_key)).length;
    await client.query(
      "update competitor_scrape_logs set status = 'completed', completed_at = now(), products_found = $2, products_new = $3, price_changes = $4, error = null where id = $1",
      [scrapeLogId, products.length, added, changes.length],
    );
    await client.query("update competitor_providers set last_scraped_at = now() where id = $1", [providerId]);
    return { found: products.length, added, changes };
  });
}
