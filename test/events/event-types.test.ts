import { describe, expect, it } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import { isEventType, validateData, validateIncoming } from "../../src/events/index.ts";
import { describeIssues, isSchema, issuesOf } from "../../src/events/standard-schema.ts";
import {
  cron,
  EventSchemas,
  EventType,
  EventValidationError,
  eventType,
  invoke,
  staticSchema,
} from "../../src/index.ts";

const order = z.object({ id: z.string(), total: z.number() });
/** A zod from before Standard Schema. */
const old = {
  _output: undefined,
  safeParseAsync: (value: unknown) => z3.object({ id: z3.string() }).safeParseAsync(value),
};
const slow = order.refine(async () => true);

describe("EventSchemas", () => {
  it("keeps schemas by name, from every source", () => {
    const schemas = new EventSchemas()
      .fromRecord<{ "type/only": { data: { a: 1 } } }>()
      .fromUnion<{ name: "type/union" }>()
      .fromGenerated<{ "type/generated": { data: { a: 1 } } }>()
      .fromZod({ "zod/4": { data: order }, "zod/3": { data: z3.object({}) }, "zod/none": {} })
      .fromZod([z.object({ name: z.literal("list/4"), data: order })])
      .fromZod([
        z3.object({ name: z3.literal("list/3"), data: z3.object({}) }),
        z3.object({ name: z3.literal("list/bare") }),
      ])
      .fromSchema({ "schema/4": order, "schema/static": staticSchema<{ a: 1 }>() });
    expect([...schemas.schemas.keys()]).toEqual(["zod/4", "zod/3", "list/4", "list/3", "schema/4", "schema/static"]);
    expect(schemas.schemas.get("zod/4")).toBe(order);
  });

  it("does not change the one it was made from", () => {
    const first = new EventSchemas().fromSchema({ a: order });
    first.fromSchema({ b: order });
    expect([...first.schemas.keys()]).toEqual(["a"]);
  });

  it("says whose schema is none", () => {
    expect(() => new EventSchemas().fromSchema({ "shop/x": {} as never })).toThrow(
      'the schema of event "shop/x" is no schema',
    );
    expect(() => new EventSchemas().fromZod({ "shop/x": { data: 5 as never } })).toThrow('"shop/x" is no schema');
    expect(() => new EventSchemas().fromZod([z.object({ name: z.string() })])).toThrow("z.literal");
  });
});

describe("eventType", () => {
  const created = eventType("shop/order.created", { schema: order, version: "2" });

  it("makes events", () => {
    expect(created).toMatchObject({
      name: "shop/order.created",
      event: "shop/order.created",
      version: "2",
      schema: order,
    });
    const event = created.create({ id: "1", total: 2 }, { id: "e1", ts: 5, meta: { sessions: { chat: 1 } } });
    expect(JSON.parse(JSON.stringify(event))).toEqual({
      name: "shop/order.created",
      data: { id: "1", total: 2 },
      id: "e1",
      ts: 5,
      v: "2",
      meta: { sessions: { chat: 1 } },
    });
    expect(created.create({ id: "1", total: 2 }, { v: "3" }).v).toBe("3");
    expect(JSON.parse(JSON.stringify(eventType("shop/bare").create()))).toEqual({ name: "shop/bare", data: {} });
  });

  it("checks what it made", async () => {
    await created.create({ id: "1", total: 2 }).validate();
    await eventType("shop/bare").create().validate();
    await eventType("shop/static", { schema: staticSchema<{ a: 1 }>() })
      .create({ a: 2 } as never)
      .validate();
    const wrong = created.create({ id: 1, total: "2" } as never).validate();
    await expect(wrong).rejects.toBeInstanceOf(EventValidationError);
    await expect(wrong).rejects.toThrow(/^id: .*string.*, total: .*number/);
    await expect(wrong).rejects.toMatchObject({ name: "EventValidationError", code: "non_retriable" });
  });

  it("is told from other values", () => {
    expect([created, new EventType("a"), invoke(order)].map(isEventType)).toEqual([true, true, true]);
    expect(
      [null, undefined, "a", { event: "a" }, { name: "a", event: "b", create() {} }].map(isEventType),
    ).not.toContain(true);
    expect(invoke(order).name).toBe("inngest/function.invoked");
    expect(cron("@daily", { missed: "all" })).toEqual({ cron: "@daily", missed: "all" });
  });

  it.each([
    [() => eventType(""), "a name is needed"],
    [() => eventType(5 as never), "a name is needed, but got 5"],
    [() => eventType("shop/x", { schema: {} as never }), '`schema` of "shop/x" is no schema'],
    [() => invoke({} as never), "is no schema"],
  ])("refuses %s", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("schemas", () => {
  it("are understood in every kind", async () => {
    expect([order, z3.object({}), old, slow, staticSchema()].every(isSchema)).toBe(true);
    expect([null, {}, 5, "x", () => {}, { "~standard": {} }].some(isSchema)).toBe(false);
    expect(issuesOf(order, { id: "1", total: 1 })).toBe(null);
    expect(await issuesOf(old, { id: "1" })).toBe(null);
    expect(await issuesOf(slow, { id: "1", total: 1 })).toBe(null);
    expect(describeIssues((await issuesOf(old, {})) ?? [])).toBe("id: Required");
    expect(describeIssues((await issuesOf(slow, {})) ?? [])).toMatch(/^id: /);
    expect(describeIssues([{ message: "no" }, { message: "bad", path: [{ key: "a" }, 0, "b"] }])).toBe(
      "no, a.0.b: bad",
    );
  });

  it("answer at once when they can", async () => {
    expect(validateData([order], { name: "a", data: { id: "1", total: 1 } })).toBe(undefined);
    const late = validateData([slow, old], { name: "a", data: { id: "1", total: 1 } });
    expect(late).toBeInstanceOf(Promise);
    await late;
    await expect(validateData([slow, old], { name: "a", data: {} })).rejects.toThrow(" | id: Required");
  });
});

describe("validateIncoming", () => {
  const fine = { id: "1", total: 1 };
  const accepted = [
    { name: "shop/order.created", schema: order },
    { name: "shop/any", schema: null },
    { name: "shop/order.*", schema: z.object({ id: z.number() }) },
  ];

  it.each([
    [{ name: "shop/order.created", data: fine }],
    [{ name: "shop/order.created", data: { id: 5 } }],
    [{ name: "shop/order.paid", data: { id: 5 } }],
    [{ name: "shop/any", data: { what: "ever" } }],
  ])("takes %j", (event) => {
    expect(validateIncoming(accepted, [event, { name: "shop/any" }])).toBe(undefined);
  });

  it.each([
    [{ name: "shop/order.created", data: {} }, "id: "],
    [{ name: "shop/order.paid", data: fine }, "id: "],
    [{ name: "inngest/function.invoked", data: { what: "ever" } }, "id: "],
    [{ name: "shop/else", data: {} }, "Event not found in triggers: shop/else"],
  ])("refuses %j", (event, message) => {
    expect(() => validateIncoming(accepted, [{ name: "shop/any" }, event])).toThrow(message);
    expect(() => validateIncoming(accepted, [event])).toThrow(EventValidationError);
  });

  it("asks an invocation to fit any trigger, or the one that invoke() declares", () => {
    const bySchema = accepted.filter(({ schema }) => schema !== null);
    const invoked = (data: unknown): { name: string; data: unknown }[] => [{ name: "inngest/function.invoked", data }];
    expect(validateIncoming(bySchema, invoked({ id: 5 }))).toBe(undefined);
    expect(() => validateIncoming(bySchema, invoked({ id: null }))).toThrow(" | ");
    const declared = [...accepted, { name: "inngest/function.invoked", schema: z.object({ n: z.number() }) }];
    expect(validateIncoming(declared, invoked({ n: 1 }))).toBe(undefined);
    expect(() => validateIncoming(declared, invoked(fine))).toThrow("n: ");
  });

  it("waits for schemas that take their time", async () => {
    const late = [{ name: "a", schema: slow }];
    await validateIncoming(late, [{ name: "a", data: fine }]);
    const never = z.object({}).refine(async () => false, "never");
    await expect(validateIncoming([{ name: "a", schema: never }], [{ name: "a", data: {} }])).rejects.toThrow("never");
  });
});
