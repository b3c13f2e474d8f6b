/**
 * Archives hold every table and column of both stores: what they hold is read from the schemas, so a table that a migration adds is
 * tried here without being named. The server is that of test/postgres/global-setup.ts.
 */
import { join } from "node:path";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import type { ArchivePage, StoreAdmin } from "../../server/src/ports/store-admin.ts";
import * as ofPostgres from "../../server/src/store/postgres/admin/archived-tables.ts";
import { openPostgresAdmin } from "../../server/src/store/postgres/admin/open-admin.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import * as ofSqlite from "../../server/src/store/sqlite/admin/archived-tables.ts";
import { openSqliteAdmin } from "../../server/src/store/sqlite/admin/open-admin.ts";
import { openDatabase } from "../../server/src/store/sqlite/database.ts";
import { migrateNew } from "../../server/src/store/sqlite/migrate.ts";
import { openSqliteStore } from "../../server/src/store/sqlite/open-store.ts";
import { portable } from "../helpers/portable-driver.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { runs } from "../helpers/runs.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

function openPostgres(): StoreAdmin {
  const uris = [postgresUri()];
  const admin = openPostgresAdmin({ uris, namespace: newNamespace(), driver: portable(createDriver(uris, "test")) });
  onTestFinished(() => admin.close());
  return admin;
}

const openSqlite = async (): Promise<StoreAdmin> => openSqliteAdmin(join(await tempDirectory("tables"), "state"));

async function postgresTables(): Promise<ofPostgres.PostgresTable[]> {
  await openPostgres().migrate();
  const connection = await createDriver([postgresUri()], "test").connect();
  const tables = await ofPostgres.listArchivedTables(connection);
  await connection.close();
  return tables;
}

const shapeOf = (tables: readonly { name: string; columns: readonly { name: string }[] }[]): Record<string, string[]> =>
  Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name).sort()]));

it("archives of both stores have the same tables and columns", async () => {
  const database = openDatabase(":memory:");
  migrateNew(database);
  const sqlite = ofSqlite.listArchivedTables(database);
  database.close();
  expect(Object.keys(shapeOf(sqlite)).length).toBeGreaterThan(20);
  expect(shapeOf(sqlite)).toEqual(shapeOf(await postgresTables()));
  for (const { name, key } of sqlite) expect(key.length, `the key of ${name}`).toBeGreaterThan(0);
});

async function* toPages(pages: readonly ArchivePage[]): AsyncGenerator<ArchivePage> {
  yield* pages;
}

async function dump(admin: StoreAdmin): Promise<string[]> {
  const lines: string[] = [];
  for await (const { table, columns, rows } of admin.dump())
    if (table !== "wait_counters")
      for (const row of rows)
        lines.push(`${table} ${JSON.stringify(Object.fromEntries(columns.map((name, n) => [name, row[n]]).sort()))}`);
  return lines.sort();
}

/** Where not any value will do: what an import settles itself, and what rows must name. */
const fixed: Readonly<Record<string, Readonly<Record<string, (row: number) => string | number | null>>>> = {
  runs: { id: (row) => `run-${row}`, status: () => "Running" },
  run_slots: { run_id: (row) => `run-${row}` },
  lanes: {
    function_id: (row) => `lane-${row}`,
    id: (row) => `lane-${row}`,
    state: () => "in-line",
    blocked_on: () => null,
    not_before: () => null,
  },
  queue: { kind: () => "start", payload: () => null },
  waits: { number: (row) => row + 1 },
};

/** Values that differ in each row, so that no unique index refuses them. */
function drawnValue(type: string, row: number, text: string, number: number): string | number {
  if (type === "text") return `${text}-${row}`;
  if (type === "boolean") return (number + row) % 2;
  if (type === "double precision") return row + number / 7;
  return type === "integer" ? row * 1_000 + (number % 1_000) : row * 2 ** 40 + number;
}

it("any rows of any table come back as they were, through both stores", async () => {
  const tables = await postgresTables();
  const size = fc.integer({ min: 0, max: 40 });
  const drawn = fc.record({
    sizes: fc.array(size, { minLength: tables.length, maxLength: tables.length }),
    text: fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !text.includes("\0")),
    number: fc.nat(),
    empty: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ sizes, text, number, empty }) => {
      const sizeOf = (index: number): number => sizes[index] ?? 0;
      const runCount = sizeOf(tables.findIndex(({ name }) => name === "runs"));
      // A slot is held by a run that is there.
      const rowsOf = (name: string, index: number): number =>
        name === "run_slots" ? Math.min(sizeOf(index), runCount) : sizeOf(index);
      const pages = tables.map(
        ({ name, columns }, index): ArchivePage => ({
          table: name,
          columns: columns.map((column) => column.name),
          rows: Array.from({ length: rowsOf(name, index) }, (_, row) =>
            columns.map((column) => {
              const given = fixed[name]?.[column.name];
              if (given !== undefined) return given(row);
              return empty && column.nullable ? null : drawnValue(column.type, row, text, number);
            }),
          ),
        }),
      );
      const [sqlite, postgres, back] = [await openSqlite(), openPostgres(), await openSqlite()];
      await sqlite.restore(toPages(pages));
      const first = await dump(sqlite);
      expect(first).toHaveLength(pages.reduce((sum, { rows }) => sum + rows.length, 0));
      await postgres.restore(sqlite.dump());
      expect(await dump(postgres)).toEqual(first);
      await back.restore(postgres.dump());
      expect(await dump(back)).toEqual(first);
    }),
    { numRuns: runs(3) },
  );
});

it("waits of many counters keep their order and what events say of it where one counter numbers all", async () => {
  const directory = join(await tempDirectory("waits"), "state");
  const wait = (id: string, name: string, number: number) => [
    id,
    number,
    "event",
    "r",
    "f",
    null,
    name,
    "",
    "",
    null,
    9,
    1,
  ];
  const event = (id: string, name: string) => [id, id, name, "{}", 1, 1];
  const match = (id: string, upTo: number | null, eventId: string) => [
    id,
    "match",
    "",
    0,
    1,
    1,
    1,
    0,
    0,
    0,
    0,
    JSON.stringify({ eventId, upTo, waitId: upTo === null ? "y1" : null }),
  ];
  await openSqliteAdmin(directory).restore(
    toPages([
      {
        table: "wait_counters",
        columns: ["counter", "last"],
        rows: [
          ["waits:x", 9],
          ["waits:y", 3],
        ],
      },
      {
        table: "events",
        columns: ["internal_id", "id", "name", "data", "ts", "received_at"],
        rows: [event("e-x", "x"), event("e-y", "y")],
      },
      {
        table: "queue",
        columns: [
          "id",
          "kind",
          "function_id",
          "attempt",
          "max_attempts",
          "due_at",
          "rank",
          "fence",
          "ready",
          "crashes",
          "suspicion",
          "payload",
        ],
        rows: [match("m1", 2, "e-x"), match("m2", 1, "e-y"), match("m3", 0, "e-y"), match("m4", null, "e-y")],
      },
      {
        table: "waits",
        columns: [
          "id",
          "number",
          "kind",
          "run_id",
          "function_id",
          "step_id",
          "name",
          "path",
          "value",
          "condition",
          "expires_at",
          "created_at",
        ],
        rows: [wait("x1", "x", 1), wait("x2", "x", 2), wait("x9", "x", 9), wait("y1", "y", 1), wait("y3", "y", 3)],
      },
    ]),
  );
  const store = openSqliteStore({ directory });
  onTestFinished(() => store.close());
  const found = async (name: string, itemId: string): Promise<string[]> => {
    const item = await store.getItem(itemId);
    const upTo = item?.kind === "match" ? (item.payload.upTo ?? -1) : -1;
    return (await store.findWaits({ name, path: "", value: "", after: 0, upTo, limit: 9 })).map(
      ({ wait: { id } }) => id,
    );
  };
  expect(await found("x", "m1")).toEqual(["x1", "x2"]);
  expect(await found("y", "m2")).toEqual(["y1"]);
  expect(await found("y", "m3")).toEqual([]);
  expect(await store.getItem("m4")).toMatchObject({ payload: { upTo: null, waitId: "y1" } });
});
