/** However many runs wait, an event that ends none of them costs a few steps of an index. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventRecord } from "../../../../server/src/domain/event.ts";
import type { QueuePut } from "../../../../server/src/domain/queue/queue-item.ts";
import { matchItems, writeWaits } from "../../../../server/src/rules/waits.ts";
import { type Database, openDatabase } from "../../../../server/src/store/sqlite/database.ts";
import { migrate } from "../../../../server/src/store/sqlite/migrate.ts";
import { makeEvent } from "../../../conformance/store-records.ts";
import { makeWait } from "../../../conformance/store-waits.ts";
import { decide } from "./decide.ts";

const count = 20_000;

let database: Database;
let asked: { sql: string; values: readonly (string | number | null)[] }[] = [];

/** A database that says what it was asked. */
function observed(inner: Database): Database {
  const note =
    <Row>(read: (sql: string, ...values: (string | number | null)[]) => Row) =>
    (sql: string, ...values: (string | number | null)[]): Row => {
      asked.push({ sql, values });
      return read(sql, ...values);
    };
  return { ...inner, get: note(inner.get) as Database["get"], all: note(inner.all) as Database["all"] };
}

beforeAll(() => {
  database = observed(openDatabase(":memory:"));
  migrate(database);
  database.transaction(() => {
    decide(database, (set) => {
      for (let i = 0; i < count; i++) {
        const path = i % 2 === 0 ? "data.orderId" : "data.userId";
        writeWaits(set, [{ wait: makeWait(`R${i}`, "w", { path, value: String(i) }) }]);
      }
    });
  });
});
afterAll(() => database.close());

const event = (id: string, data: string, name = "test/go") => makeEvent(id, { name, data });

const match = (written: EventRecord): QueuePut[] => decide(database, (set) => matchItems(set, written));

describe(`${count} waits for an event`, () => {
  it("cost an event with no match two looks into the index", () => {
    match(event("warm", "{}"));
    asked = [];
    expect(match(event("E1", '{"orderId":1,"userId":2}'))).toEqual([]);
    expect(asked).toHaveLength(2);
    for (const { sql, values } of [...asked]) {
      const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail);
      expect(plan.filter((detail) => /SCAN (?!found|CONSTANT)/.test(detail))).toEqual([]);
      expect(plan.some((detail) => /SEARCH waits USING (COVERING )?INDEX waits_match/.test(detail))).toBe(true);
    }
  });

  it("cost an event of another name nothing at all", () => {
    asked = [];
    expect(match(event("E2", '{"orderId":0}', "test/other"))).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("give the one that matches", () => {
    expect(match(event("E3", '{"orderId":7776}'))).toMatchObject([
      { id: expect.stringMatching(/:E3$/), kind: "match" },
    ]);
  });

  it("cost each of many events its own two looks, and no more", () => {
    asked = [];
    for (let i = 0; i < 100; i++) match(event(`F${i}`, `{"orderId":${i * 2 + 1},"userId":${i * 2}}`));
    expect(asked).toHaveLength(200);
    expect(new Set(asked.map(({ sql }) => sql)).size).toBe(1);
  });
});
