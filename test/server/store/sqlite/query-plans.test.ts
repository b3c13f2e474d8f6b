/** Each query of the hot paths walks an index. Read from the SQL that the store really prepares. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { migrate } from "../../../../server/src/store/sqlite/migrate.ts";

const folder = new URL("../../../../server/src/store/sqlite/", import.meta.url);

function readStatements(): string[] {
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    // What looks after a whole store reads all of it.
    .filter((name) => name.endsWith(".ts") && !name.startsWith("admin/"))
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  const literals = sources.flatMap((source) => source.match(/(["`])(?:SELECT|UPDATE|DELETE)\s[^"`]*\1/g) ?? []);
  return literals.map((literal) => literal.slice(1, -1)).filter((sql) => !sql.includes("${"));
}

/** Read whole, on purpose: there are few of them. */
const mayScan = [
  /FROM apps ORDER BY name/,
  /FROM functions ORDER BY slug/,
  /FROM pauses ORDER BY at/,
  /FROM limit_overrides ORDER BY at/,
  // The index has items of apps that cannot be reached, and no others.
  /FROM queue WHERE unreachable IS NOT NULL GROUP BY function_id/,
  /SELECT DISTINCT function_id AS id FROM lanes/,
  // The schema itself, once a process.
  /^SELECT sql FROM sqlite_schema/,
  // When a store opens, or a pause or a sync changes what is held.
  /WHERE state <> 4$/,
  /^DELETE FROM lanes WHERE NOT EXISTS/,
  /FROM run_slots WHERE NOT EXISTS/,
  // A row a table, read once.
  /(?:FROM|^UPDATE) sqlite_sequence/,
  // Whether there is any.
  /^SELECT 1 FROM \w+ LIMIT 1$/,
  // Asked by people, now and then.
  /FROM schedules ORDER BY id/,
  /FROM bulk_jobs .* LIMIT 100/,
  // Once, when a store opens.
  /^SELECT \(SELECT count\(\*\) FROM runs\)/,
  // The first row of each, in the order of the table.
  /^SELECT \(SELECT queued_at FROM runs ORDER BY id LIMIT 1\)/,
  // Once for a batch of old events: what debounces and batches hold stays.
  /^DELETE FROM events WHERE internal_id IN/,
];

test("no query scans a table or sorts the queue", () => {
  const database = openDatabase(":memory:");
  migrate(database);
  const statements = readStatements().filter((sql) => !mayScan.some((pattern) => pattern.test(sql)));
  expect(statements.length).toBeGreaterThan(20);
  const scans = statements.flatMap((sql) => {
    const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map((row) => row.detail);
    const isSlow = (detail: string) =>
      (/^SCAN (?!CONSTANT|wanted|json_each|queue USING COVERING INDEX queue_|(lanes|l) USING (COVERING )?INDEX lanes_(?:turn|throttled))/.test(
        detail,
      ) &&
        detail !== "SCAN CONSTANT ROW") ||
      (/TEMP B-TREE/.test(detail) && /FROM queue/.test(sql));
    return plan.filter(isSlow).map((detail) => `${sql}: ${detail}`);
  });
  expect(scans).toEqual([]);
  database.close();
});

test.each([
  [/FROM queue\s+WHERE leased_until IS NULL AND lane_id IS NULL/, "queue_free", "due_at<?"],
  [/FROM queue\s+WHERE leased_until IS NULL AND ready = 0 AND lane_id IS NOT NULL AND/, "queue_later", "due_at<?"],
  [/FROM queue WHERE lane_id = \? AND ready = 1 AND leased_until IS NULL ORDER BY/, "queue_ready", "lane_id=?"],
])("what is due comes from its index, in its order: %s", (pattern, index, terms) => {
  const database = openDatabase(":memory:");
  migrate(database);
  const sql = readStatements().find((statement) => pattern.test(statement)) ?? "";
  const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map((row) => row.detail);
  expect(plan.filter((detail) => /TEMP B-TREE|^SCAN/.test(detail))).toEqual([]);
  expect(plan).toContainEqual(
    expect.stringMatching(
      new RegExp(`^SEARCH queue USING (COVERING )?INDEX ${index} \\(${terms.replace("?", "\\?")}\\)$`),
    ),
  );
  database.close();
});
