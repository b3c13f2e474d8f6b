/**
 * Fills an empty SQLite database from an archive, in one transaction. Called by open-admin.ts. Must never leave a part of an
 * archive behind.
 */
import { type ArchivePage, waitCounters } from "../../../ports/store-admin.ts";
import { archiveInvalid, assertEmpty, assertFits, twoRowsOneKey } from "../../records/archived.ts";
import type { Database } from "../database.ts";
import { isDuplicateKey } from "../file/database-error.ts";
import type { SqlValue } from "../file/driver.ts";
import { laneStateNames, reopenLanes } from "../tables/lanes.ts";
import { releaseAll } from "../tables/queue.ts";
import { recountSlots } from "../tables/slots.ts";
import { listArchivedTables, type SqliteTable, toArchivedTables } from "./archived-tables.ts";

const quoted = (name: string): string => `"${name}"`;

/** Waits are gathered here first: those of a store with many counters may share numbers. */
const gathered = "temp.moved_waits";

/** @throws EngineError `store_not_empty`, `archive_invalid`, and what `pages` throws: nothing was written then */
export async function restoreTables(
  database: Database,
  place: string,
  pages: AsyncIterable<ArchivePage>,
): Promise<void> {
  database.run("BEGIN IMMEDIATE");
  try {
    const tables = listArchivedTables(database);
    assertEmpty(place, firstFilled(database, tables));
    database.exec(`CREATE TEMP TABLE moved_waits AS SELECT * FROM waits WHERE 0`);
    const archived = toArchivedTables(tables);
    let lastNumber = 0;
    for await (const page of pages) {
      assertFits(archived, page);
      if (page.table !== waitCounters.table) insertPage(database, tables, page);
      for (const row of page.table === waitCounters.table ? page.rows : [])
        lastNumber = Math.max(lastNumber, Number(row[1]));
    }
    placeWaits(database, lastNumber);
    database.exec("DROP TABLE temp.moved_waits");
    releaseAll(database, null);
    recountSlots(database);
    reopenLanes(database);
    database.run("COMMIT");
  } catch (error) {
    database.run("ROLLBACK");
    throw isDuplicateKey(error) ? twoRowsOneKey(error) : error;
  }
}

function firstFilled(database: Database, tables: readonly SqliteTable[]): string | null {
  const filled = tables.find(({ name }) => database.get(`SELECT 1 FROM ${quoted(name)} LIMIT 1`) !== undefined);
  return filled?.name ?? null;
}

function insertPage(database: Database, tables: readonly SqliteTable[], { table, columns, rows }: ArchivePage): void {
  const known = tables.find(({ name }) => name === table);
  const names = columns.map((name) => known?.columns.find((column) => column.name === name)?.column ?? name);
  const into = table === "waits" ? gathered : quoted(table);
  const sql = `INSERT INTO ${into} (${names.map(quoted).join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
  for (const row of rows) database.run(sql, ...toStored(table, columns, row));
}

function toStored(table: string, columns: readonly string[], row: readonly SqlValue[]): SqlValue[] {
  if (table !== "lanes") return [...row];
  return row.map((value, index) => (columns[index] === "state" ? toState(value) : value));
}

function toState(name: SqlValue): number {
  const state = (laneStateNames as readonly SqlValue[]).indexOf(name);
  if (state === -1) throw archiveInvalid(`a lane has the state "${name}", which this release does not know.`);
  return state;
}

/**
 * Here one counter numbers all waits. Where two share a number, they are numbered anew in the order of their numbers, and so is what
 * events that are still to be compared with them say of these numbers.
 */
function placeWaits(database: Database, lastNumber: number): void {
  const shared = database.get(`SELECT 1 FROM ${gathered} GROUP BY number HAVING count(*) > 1 LIMIT 1`) !== undefined;
  if (shared) renumber(database);
  const columns = database
    .all<{ name: string }>("SELECT name FROM pragma_table_info('waits')")
    .map(({ name }) => quoted(name))
    .join(", ");
  database.run(`INSERT INTO waits (${columns}) SELECT ${columns} FROM ${gathered} ORDER BY number`);
  const highest = Math.max(
    lastNumber,
    database.get<{ n: number | null }>("SELECT max(number) AS n FROM waits")?.n ?? 0,
  );
  if (highest === 0) return;
  database.run("DELETE FROM sqlite_sequence WHERE name = 'waits'");
  database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('waits', ?)", highest);
}

function renumber(database: Database): void {
  database.exec(`CREATE TEMP TABLE moved_numbers AS
    SELECT id, name, kind, number AS old, row_number() OVER (ORDER BY number, created_at, id) AS new FROM ${gathered}`);
  database.exec("CREATE INDEX temp.moved_numbers_id ON moved_numbers (id)");
  database.exec("CREATE INDEX temp.moved_numbers_name ON moved_numbers (name, old)");
  database.exec(`UPDATE queue SET payload = json_set(payload, '$.upTo', (
      SELECT coalesce(max(n.new), 0) FROM events AS e JOIN temp.moved_numbers AS n ON n.name = e.name
        WHERE e.internal_id = json_extract(queue.payload, '$.eventId') AND n.kind IN ('event', 'cancel')
          AND n.old <= json_extract(queue.payload, '$.upTo')))
    WHERE kind = 'match' AND json_extract(payload, '$.upTo') IS NOT NULL`);
  database.exec(
    `UPDATE ${gathered} SET number = (SELECT new FROM temp.moved_numbers AS n WHERE n.id = moved_waits.id)`,
  );
  database.exec("DROP TABLE temp.moved_numbers");
}
