/**
 * What can be done with a store as a whole, without an engine: bring its tables up to date, write all that it holds to an archive,
 * fill it from one. Made by open-store.ts for the command line.
 */

/** Which version the tables of a store have. */
export interface SchemaStatus {
  store: "sqlite" | "postgres";
  /** Where it is, for people. Without a password. */
  place: string;
  /** Null when there is no store yet. */
  version: number | null;
  /** The version that this release knows. */
  known: number;
  /** Names of the migrations that the store has not had, in their order. */
  pending: readonly string[];
}

export type ArchiveValue = string | number | null;

/** Some rows of one table. All pages of a table follow each other. */
export interface ArchivePage {
  table: string;
  columns: readonly string[];
  /** A value for each column. Flags are 0 or 1. */
  rows: readonly (readonly ArchiveValue[])[];
}

export interface StoreAdmin {
  /**
   * Reads only.
   * @throws EngineError `store_newer` when this release cannot work with it, `store_busy`
   */
  status(): Promise<SchemaStatus>;
  /**
   * Makes the store when there is none. Returns the names of the migrations that it ran.
   * @throws EngineError `store_newer`, `store_busy`
   */
  migrate(): Promise<readonly string[]>;
  /**
   * All that engines need to go on, as it is at one moment, page by page. Leases are left out.
   * @throws EngineError `store_behind` when its version is not the one that this release knows, `store_busy`
   */
  dump(): AsyncIterable<ArchivePage>;
  /**
   * Fills an empty store, whole or not at all.
   * @throws EngineError `store_not_empty`, `store_busy` while an engine uses it, `archive_invalid`, and what `pages` throws
   */
  restore(pages: AsyncIterable<ArchivePage>): Promise<void>;
  close(): Promise<void>;
}

/** The pages with the numbers of waits. The counter `*` stands for all names. */
export const waitCounters: { table: "wait_counters"; columns: readonly ["counter", "last"] } = {
  table: "wait_counters",
  columns: ["counter", "last"],
};
