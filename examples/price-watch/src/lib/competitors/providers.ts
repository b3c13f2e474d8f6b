/** Competitors, and the logs of their scrapes. Called by routes and functions. */
import { rowsOf } from "../database.ts";

export interface Provider {
  id: string;
  slug: string;
  name: string;
  scrape_urls: string[];
  scrape_frequency: "daily" | "weekly" | "monthly" | "manual";
  is_active: boolean;
  last_scraped_at: string | null;
}

export async function saveProvider(
  provider: Pick<Provider, "slug" | "name" | "scrape_urls" | "scrape_frequency">,
): Promise<Provider> {
  const { slug, name, scrape_urls, scrape_frequency } = provider;
  const query = `insert into competitor_providers (slug, name, scrape_urls, scrape_frequency) values ($1, $2, $3, $4)
    on conflict (slug) do update set name = excluded.name, scrape_urls = excluded.scrape_urls, scrape_frequency = excluded.scrape_frequency
    returning *`;
  const [saved] = await rowsOf<Provider>(query, [slug, name, scrape_urls, scrape_frequency]);
  if (saved === undefined) throw new Error(`The provider ${slug} was not saved.`);
  return saved;
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export async function findProvider(id: string): Promise<Provider | null> {
  if (!isUuid(id)) return null;
  const [found] = await rowsOf<Provider>("select * from competitor_providers where id = $1", [id]);
  return found ?? null;
}

/**
 * Those whose turn it is at a time. The times between are a little shorter than they are called, since a scrape may end
 * later on one day than it does on the next.
 */
export const findDueProviders = (now: Date): Promise<Provider[]> =>
  rowsOf<Provider>(
    `select * from competitor_providers where is_active and (
      scrape_frequency <> 'manual' and last_scraped_at is null
      or scrape_frequency = 'daily' and last_scraped_at < $1::timestamptz - interval '20 hours'
      or scrape_frequency = 'weekly' and last_scraped_at < $1::timestamptz - interval '6 days 12 hours'
      or scrape_frequency = 'monthly' and last_scraped_at < $1::timestamptz - interval '27 days 12 hours'
    ) order by slug`,
    [now.toISOString()],
  );

/** Writes a log for a scrape that is to come. With the id of one that exists it writes nothing. */
export async function createScrapeLog(id: string, providerId: string, trigger: "manual" | "scheduled"): Promise<void> {
  const query =
    "insert into competitor_scrape_logs (id, provider_id, trigger) values ($1, $2, $3) on conflict (id) do nothing";
  await rowsOf(query, [id, providerId, trigger]);
}

/** @throws when there is no such log. */
export async function startScrapeLog(id: string): Promise<void> {
  const query =
    "update competitor_scrape_logs set status = 'running', started_at = coalesce(started_at, now()) where id = $1 and status in ('pending', 'running') returning id";
  const rows = await rowsOf(query, [id]);
  if (rows.length === 0) throw new Error(`There is no open scrape log ${id}.`);
}

export async function failScrapeLog(id: string, error: string): Promise<void> {
  const query =
    "update competitor_scrape_logs set status = 'failed', completed_at = now(), error = $2 where id = $1 and status <> 'completed'";
  if (isUuid(id)) await rowsOf(query, [id, error]);
}
