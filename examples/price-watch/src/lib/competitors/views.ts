/** What the admins' page shows. Called by its route. */
import { rowsOf } from "../database.ts";
import type { Product } from "./normalize.ts";
import type { Provider } from "./providers.ts";
import type { PriceChange } from "./save-products.ts";

export interface ScrapeLog {
  id: string;
  trigger: "manual" | "scheduled";
  status: "pending" | "running" | "completed" | "failed";
  started_at: string | null;
  completed_at: string | null;
  products_found: number | null;
  products_new: number | null;
  price_changes: number | null;
  error: string | null;
}

export interface ProviderView extends Provider {
  products: Product[];
  changes: (PriceChange & { detected_at: string })[];
  /** The newest first. */
  logs: ScrapeLog[];
}

export async function readProviders(): Promise<ProviderView[]> {
  const providers = await rowsOf<Provider>("select * from competitor_providers order by name");
  const of = <T extends object>(query: string, { id }: Provider): Promise<T[]> => rowsOf<T>(query, [id]);
  return Promise.all(
    providers.map(async (provider) => ({
      ...provider,
      products: await of<Product>(
        "select * from competitor_products where provider_id = $1 order by price_cents",
        provider,
      ),
      changes: await of<ProviderView["changes"][number]>(
        "select *, percent::float as percent from competitor_price_changes where provider_id = $1 order by detected_at desc limit 20",
        provider,
      ),
      logs: await of<ScrapeLog>(
        "select * from competitor_scrape_logs where provider_id = $1 order by created_at desc limit 20",
        provider,
      ),
    })),
  );
}
