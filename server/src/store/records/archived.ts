/**
 * What both stores check of pages of an archive before they take them. Called by the folders `admin` of the stores.
 */
import { EngineError } from "../../domain/error.ts";
import type { ArchivePage } from "../../ports/store-admin.ts";

/** A column of a table that is to be filled, by its name in archives. */
export interface ArchivedColumn {
  name: string;
  nullable: boolean;
  /** Whether rows need not bring it. */
  hasDefault: boolean;
}

export type ArchivedTables = ReadonlyMap<string, readonly ArchivedColumn[]>;

export function archiveInvalid(what: string, cause?: unknown): EngineError {
  return new EngineError("archive_invalid", `The archive cannot be imported: ${what} Nothing was imported.`, { cause });
}

export function twoRowsOneKey(cause: unknown): EngineError {
  return archiveInvalid("two of its rows have the same key, so it is damaged or put together from several.", cause);
}

/** @throws EngineError `archive_invalid` when the page holds what the store has no place for, or not what it needs */
export function assertFits(tables: ArchivedTables, { table, columns }: ArchivePage): void {
  const known = tables.get(table);
  if (known === undefined)
    throw archiveInvalid(
      `it holds the table "${table}", which this release does not know. A newer one wrote it: update stepwell-server.`,
    );
  const unknown = columns.find((name) => !known.some((column) => column.name === name));
  if (unknown !== undefined)
    throw archiveInvalid(
      `its table "${table}" has the column "${unknown}", which this release does not know. A newer one wrote it: update stepwell-server.`,
    );
  const missing = known.find(({ name, nullable, hasDefault }) => !nullable && !hasDefault && !columns.includes(name));
  if (missing !== undefined)
    throw archiveInvalid(
      `its table "${table}" lacks the column "${missing.name}", which this release needs. Bring the old store up to date with \`stepwell migrate\` of this release, and export it again.`,
    );
}

/** @throws EngineError `store_not_empty` */
export function assertEmpty(place: string, filledTable: string | null): void {
  if (filledTable === null) return;
  throw new EngineError(
    "store_not_empty",
    `${place} is not empty: its table ${filledTable} has rows. An import needs a store of its own. Nothing was imported. Choose another folder (--data), database or namespace (--postgres-namespace).`,
  );
}

/** @throws EngineError `store_behind` */
export function assertUpToDate(place: string, version: number | null, known: number): void {
  if (version === known) return;
  if (version === null)
    throw new EngineError("store_behind", `There is no store at ${place}: nothing can be exported from there.`);
  const advice =
    version < known ? "Run `stepwell migrate` first." : "A newer release has migrated it: export it with that release.";
  throw new EngineError(
    "store_behind",
    `The store at ${place} has version ${version}, and this release exports version ${known}. ${advice}`,
  );
}

/** How many rows the next page may have, so that pages stay small however large rows are. */
export class PageSize {
  static readonly #targetBytes = 1_000_000;
  static readonly #most = 256;
  rows = 16;

  /** `bytes`: what the last page came to. */
  adapt(rows: number, bytes: number): void {
    const fitting = Math.floor((PageSize.#targetBytes * rows) / Math.max(bytes, 1));
    // At most twice as many: what comes next may be larger.
    this.rows = Math.max(1, Math.min(PageSize.#most, this.rows * 2, fitting));
  }
}

/** About the memory that rows take. */
export function sizeOfRows(rows: readonly (readonly unknown[])[]): number {
  let bytes = 0;
  for (const row of rows) for (const value of row) bytes += typeof value === "string" ? value.length : 8;
  return bytes;
}
