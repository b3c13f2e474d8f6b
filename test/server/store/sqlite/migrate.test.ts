import { expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { migrate, migrateNew } from "../../../../server/src/store/sqlite/migrate.ts";

function made(by: (database: Database) => void): unknown[] {
  const database = openDatabase(":memory:");
  onTestFinished(() => database.close());
  by(database);
  return [
    database.get("PRAGMA user_version"),
    database.all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"),
  ];
}

test("a new database in memory is what the migrations make of one, the first of a process and those after it", () => {
  const expected = made(migrate);
  expect((expected[1] as unknown[]).length).toBeGreaterThan(40);
  expect([made(migrateNew), made(migrateNew)]).toEqual([expected, expected]);
});
