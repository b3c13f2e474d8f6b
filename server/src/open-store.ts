/**
 * Picks the store: a folder, memory or Postgres. Called by main, which else is the only file that picks implementations, and by
 * the commands that move a state from one store to another.
 */
import { type Meter, silentMeter } from "./ports/meter.ts";
import type { Store } from "./ports/store.ts";
import type { ServerOptions } from "./server-options.ts";
import { openPostgresStore } from "./store/postgres/open-store.ts";
import { isPostgresUri, parsePostgresUris } from "./store/postgres/wire/uri.ts";
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
