/** Schemas of the API: what they find wrong, and that they are held to the types of answers. */
import { describe, expect, expectTypeOf, it } from "vitest";
import { findFlaw } from "../../../server/src/api/schema/json-schema.ts";
import {
  anyObject,
  flag,
  type Holds,
  integer,
  list,
  moment,
  nullable,
  object,
  oneOf,
  optional,
  type Schema,
  text,
  ulid,
} from "../../../server/src/api/schema/schema.ts";

const order = object({
  id: ulid(),
  at: moment(),
  count: integer({ minimum: 1, maximum: 9 }),
  isPaid: flag(),
  state: oneOf(["open", "done"]),
  note: optional(nullable(text({ maxLength: 3 }))),
  lines: list(object({ sku: text({ minLength: 1 }) }), { maxItems: 2 }),
  more: optional(anyObject()),
});

const right = {
  id: "01M8FZFMD806FMHK808QWJS700",
  at: "2026-01-31T12:00:00.000Z",
  count: 3,
  isPaid: true,
  state: "open",
  lines: [{ sku: "a" }],
};

describe("a schema", () => {
  it("finds nothing wrong with what is as it says", () => {
    for (const more of [{}, { note: null }, { note: "abc", more: { x: 1 } }, { unknown: 1 }])
      expect(findFlaw({ ...right, ...more }, order.json)).toBeNull();
  });

  it.each([
    [{ id: "17" }, "id", "a text"],
    [{ at: "yesterday" }, "at", "a text"],
    [{ count: 10 }, "count", "a whole number from 1 to 9"],
    [{ count: 1.5 }, "count", "a whole number from 1 to 9"],
    [{ isPaid: "true" }, "isPaid", "true or false"],
    [{ state: "OPEN" }, "state", "one of open, done"],
    [{ note: "abcd" }, "note", "a text or null of at most 3 characters"],
    [{ lines: [{ sku: "" }] }, "lines.0.sku", "a text of at least 1 characters"],
    [{ lines: [{}, {}, {}] }, "lines", "a list of at most 2 entries"],
    [{ lines: {} }, "lines", "a list of at most 2 entries"],
    [{ state: undefined }, "state", "one of open, done, and it is missing"],
  ])("finds what is wrong with %j, and says where", (wrong, path, expected) => {
    expect(findFlaw({ ...right, ...wrong }, order.json)).toEqual({ path, expected });
  });

  it("names the fields that there may be, where there may be no others", () => {
    const closed = { ...order.json, additionalProperties: false };
    expect(findFlaw({ ...right, cuont: 3 }, closed)).toMatchObject({
      path: "cuont",
      fields: Object.keys(order.json.properties ?? {}),
    });
  });

  it("takes no field out of a prototype for one of its own", () => {
    const closed = { ...order.json, additionalProperties: false };
    expect(findFlaw(JSON.parse(JSON.stringify(right).replace("{", '{"constructor":1,')), closed)).toMatchObject({
      path: "constructor",
    });
  });

  it("knows the type of what it describes, neither wider nor narrower", () => {
    expectTypeOf<Holds<typeof order>["state"]>().toEqualTypeOf<"open" | "done">();
    expectTypeOf(order).not.toExtend<Schema<{ id: string }>>();
    expectTypeOf(object({ id: text() })).not.toExtend<Schema<{ id: string; name: string }>>();
    expectTypeOf(object({ id: nullable(text()) })).not.toExtend<Schema<{ id: string }>>();
    expectTypeOf(object({ id: text() })).toExtend<Schema<{ id: string }>>();
  });
});
