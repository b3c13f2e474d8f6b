import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { silentMeter } from "../../server/src/ports/meter.ts";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { bundledProgram } from "../helpers/bundled-program.ts";
import { portabilityProblem, portable } from "../helpers/portable-driver.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { testStore } from "./store-conformance.ts";

const writer = await bundledProgram("test/conformance/postgres-writer.ts");

testStore(
  "Postgres",
  async (meter = silentMeter) => {
    const namespace = newNamespace();
    const uris = [postgresUri()];
    const driver = portable(createDriver(uris, "stepwell-test"));
    const open = () => openPostgresStore({ uris, namespace, connections: 4, driver, meter });
    return {
      store: open(),
      reopen: async () => open(),
      writer: [process.execPath, writer, postgresUri(), namespace],
      shared: true,
      cleanup: async () => undefined,
    };
  },
  10,
);

test.each([
  "SELECT pg_advisory_xact_lock(1) FROM stepwell.runs WHERE ns = $1",
  "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$",
  "SELECT id FROM stepwell.runs WHERE id = $1 FOR UPDATE",
  "SELECT id FROM stepwell.runs WHERE status = $1",
  "SELECT * FROM stepwell.runs WHERE ns = $1",
  "SET statement_timeout = 1",
  "CREATE TABLE stepwell.x (ns text NOT NULL, id text NOT NULL, PRIMARY KEY (id))",
  "CREATE INDEX x_id ON stepwell.x (id)",
  "LOCK TABLE stepwell.runs",
])("the switch refuses %s", (text) => {
  expect(portabilityProblem(text)).not.toBeNull();
});

const migrations = new URL("../../server/src/store/postgres/postgres-migrations/", import.meta.url);

test.each(readdirSync(migrations))("the switch takes all that %s does", (name) => {
  const sql = readFileSync(new URL(name, migrations), "utf8").replaceAll(/--.*$/gm, "");
  const statements = sql.split(";").filter((text) => text.trim() !== "");
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.filter((text) => portabilityProblem(text) !== null)).toEqual([]);
});
