/**
 * Picks the store: a folder, memory or Postgres. Called by main, which else is the only file that picks implementations, and by
 * the commands that move a state from one store to another.
 */
import { type Meter, silentMeter } from "./ports/meter.ts";
import type { Store } from "./ports/store.ts";
import type { StoreAdmin } from "./ports/store-admin.ts";
import type { ServerOptions } from "./server-options.ts";
import { openPostgresAdmin } from "./store/postgres/admin/open-admin.ts";
import { openPostgresStore } from "./store/postgres/open-store.ts";
import { isPostgresUri, parsePostgresUris } from "./store/postgres/wire/uri.ts";
import { openSqliteAdmin } from "./store/sqlite/admin/open-admin.ts";
import { openSqliteStore } from "./store/sqlite/open-store.ts";

export interface OpenStoreOptions extends Pick<ServerOptions, "store" | "skipCheck"> {
  /** The beginning of the URLs of functions that run in this process; null for none. */
  inProcess: string | null;
  /** Told what has happened. Default: nobody is. */
  meter?: Meter;
}

/** @throws EngineError `invalid_config`, and what the store throws */
export function openStore({ store, skipCheck = false, inProcess, meter = silentMeter }: OpenStoreOptions): Store {
  const postgres = typeof store === "string" && isPostgresUri(store) ? { uri: store } : store;
  if (postgres === null || typeof postgres === "string")
    return openSqliteStore({ directory: postgres, inProcess, skipCheck, meter });
  const { uri, ...rest } = postgres;
  return openPostgresStore({ uris: parsePostgresUris(uri), ...rest, meter });
}

/** Where the state is a file: its folder. Null for memory and Postgres. */
export function folderOf(store: ServerOptions["store"]): string | null {
  return typeof store === "string" && !isPostgresUri(store) ? store : null;
}

/**
 * For those who look after a store: `stepwell migrate`, `export` and `import`. Opens nothing yet.
 * @throws EngineError `invalid_config`
 */
export function openStoreAdmin(store: Exclude<ServerOptions["store"], null>): StoreAdmin {
  const postgres = typeof store === "string" && isPostgresUri(store) ? { uri: store } : store;
  if (typeof postgres === "string") return openSqliteAdmin(postgres);
  const { uri, namespace } = postgres;
  return openPostgresAdmin({ uris: parsePostgresUris(uri), ...(namespace === undefined ? {} : { namespace }) });
}
