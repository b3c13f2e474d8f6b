import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import { EventSchemas, type GetEvents, type GetFunctionInput, type GetStepTools, Inngest } from "../../src/index.ts";

type Order = { id: string; total: number };
type Closed = { name: "shop/closed"; data: { reason: string } };
type Opened = { name: "shop/opened"; data: { by: string } };

function make<TEvents extends Record<string, { data?: unknown }>>(schemas: EventSchemas<TEvents>) {
  return new Inngest({ id: "shop", schemas });
}

describe("EventSchemas", () => {
  it("fromRecord and fromGenerated take types by name, and add up", () => {
    const inngest = make(
      new EventSchemas()
        .fromRecord<{ "shop/order.created": { data: Order } }>()
        .fromGenerated<{ "shop/closed": { name: "shop/closed"; data: { reason: string } } }>(),
    );
    expectTypeOf<GetEvents<typeof inngest>["shop/order.created"]["data"]>().toEqualTypeOf<Order>();
    expectTypeOf<GetEvents<typeof inngest>["shop/closed"]["data"]>().toEqualTypeOf<{ reason: string }>();
    expectTypeOf<keyof GetEvents<typeof inngest>>().toEqualTypeOf<"shop/order.created" | "shop/closed">();
  });

  it("fromUnion takes a union of events", () => {
    const inngest = make(new EventSchemas().fromUnion<Closed | Opened>());
    expectTypeOf<GetEvents<typeof inngest>["shop/opened"]["data"]>().toEqualTypeOf<{ by: string }>();
    inngest.createFunction({ id: "f" }, [{ event: "shop/opened" }, { event: "shop/closed" }], ({ event }) => {
      if (event.name === "shop/opened") expectTypeOf(event.data).toEqualTypeOf<{ by: string }>();
      else expectTypeOf(event.data).toEqualTypeOf<{ reason: string }>();
    });
    // @ts-expect-error data of the other event
    void (() => inngest.send({ name: "shop/opened", data: { reason: "x" } }));
  });

  it("fromZod takes zod 4, by name and as objects", () => {
    const byName = make(
      new EventSchemas().fromZod({ "shop/order.created": { data: z.object({ id: z.string(), total: z.number() }) } }),
    );
    expectTypeOf<GetEvents<typeof byName>["shop/order.created"]["data"]>().toEqualTypeOf<Order>();
    const asObjects = make(
      new EventSchemas().fromZod([
        z.object({ name: z.literal("shop/closed"), data: z.object({ reason: z.string() }) }),
        z.object({ name: z.literal("shop/opened"), data: z.object({ by: z.string() }) }),
      ]),
    );
    expectTypeOf<GetEvents<typeof asObjects>["shop/closed"]["data"]>().toEqualTypeOf<{ reason: string }>();
  });

  it("fromZod takes zod 3, by name and as objects", () => {
    const byName = make(
      new EventSchemas().fromZod({
        "shop/order.created": { data: z3.object({ id: z3.string(), total: z3.number() }) },
      }),
    );
    expectTypeOf<GetEvents<typeof byName>["shop/order.created"]["data"]>().toEqualTypeOf<Order>();
    const asObjects = make(
      new EventSchemas().fromZod([
        z3.object({ name: z3.literal("shop/closed"), data: z3.object({ reason: z3.string() }) }),
      ]),
    );
    expectTypeOf<GetEvents<typeof asObjects>["shop/closed"]["data"]>().toEqualTypeOf<{ reason: string }>();
  });

  it("fromSchema takes Standard Schema", () => {
    const inngest = make(
      new EventSchemas().fromSchema({
        "shop/order.created": z.object({ id: z.string(), total: z.number() }),
        "shop/closed": z3.object({ reason: z3.string() }),
      }),
    );
    expectTypeOf<GetEvents<typeof inngest>["shop/order.created"]["data"]>().toEqualTypeOf<Order>();
    expectTypeOf<GetEvents<typeof inngest>["shop/closed"]["data"]>().toEqualTypeOf<{ reason: string }>();
    // @ts-expect-error no schema
    new EventSchemas().fromSchema({ "shop/closed": { reason: "x" } });
  });

  it("reaches waitForEvent, cancelOn, sendEvent and the derived types", () => {
    const inngest = make(
      new EventSchemas().fromRecord<{ "shop/order.created": { data: Order }; "shop/paid": { data: { id: string } } }>(),
    );
    inngest.createFunction(
      { id: "f", triggers: { event: "shop/order.created" }, cancelOn: [{ event: "shop/paid", match: "data.id" }] },
      async ({ event, step }) => {
        expectTypeOf(event.data).toEqualTypeOf<Order>();
        const paid = await step.waitForEvent("w", { event: "shop/paid", timeout: "1h", match: "data.id" });
        expectTypeOf(paid?.data).toEqualTypeOf<{ id: string } | undefined>();
        // @ts-expect-error no such event
        await step.waitForEvent("x", { event: "shop/nope", timeout: "1h" });
        await step.sendEvent("s", { name: "shop/paid", data: { id: "1" } });
        // @ts-expect-error data of another shape
        await step.sendEvent("s", { name: "shop/paid", data: { id: 1 } });
      },
    );
    // @ts-expect-error no such event
    inngest.createFunction({ id: "f", cancelOn: [{ event: "shop/nope" }] }, () => 1);
    expectTypeOf<GetFunctionInput<typeof inngest, "shop/paid">["event"]["data"]>().toEqualTypeOf<{ id: string }>();
    expectTypeOf<GetFunctionInput<typeof inngest, "shop/paid">["event"]["name"]>().toEqualTypeOf<"shop/paid">();
    expectTypeOf<GetStepTools<typeof inngest>>().toHaveProperty("waitForEvent");
  });
});
