import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import {
  cron,
  type EventType,
  eventType,
  type GetFunctionOutput,
  Inngest,
  type InngestFunction,
  invoke,
  referenceFunction,
  staticSchema,
} from "../../src/index.ts";

const inngest = new Inngest({ id: "shop" });
const orderCreated = eventType("shop/order.created", { schema: z.object({ id: z.string(), total: z.number() }) });
const closed = eventType("shop/closed", { schema: staticSchema<{ reason: string }>(), version: "2" });
const anyEvent = eventType("shop/any");

describe("eventType", () => {
  it("types what create takes and gives", () => {
    expectTypeOf(orderCreated).toEqualTypeOf<EventType<"shop/order.created", { id: string; total: number }>>();
    expectTypeOf(orderCreated.create({ id: "1", total: 2 }).data).toEqualTypeOf<{ id: string; total: number }>();
    expectTypeOf(closed.create({ reason: "x" }, { id: "1", ts: 5 }).name).toEqualTypeOf<"shop/closed">();
    expectTypeOf(
      eventType("shop/three", { schema: z3.object({ n: z3.number() }) }).create({ n: 1 }).data,
    ).toEqualTypeOf<{
      n: number;
    }>();
    anyEvent.create();
    anyEvent.create({ what: "ever" });
    // @ts-expect-error data is needed
    orderCreated.create();
    // @ts-expect-error data of another shape
    orderCreated.create({ id: 1, total: 2 });
    // @ts-expect-error a schema that transforms gives other data than was sent
    eventType("shop/when", { schema: z.object({ at: z.string().transform(Number) }) });
  });

  it("is a trigger, by itself and inside one", () => {
    inngest.createFunction({ id: "f", triggers: [orderCreated] }, ({ event, events }) => {
      expectTypeOf(event.data).toEqualTypeOf<{ id: string; total: number }>();
      expectTypeOf(events[0].name).toEqualTypeOf<"shop/order.created">();
    });
    inngest.createFunction({ id: "f", triggers: orderCreated }, ({ event }) => {
      expectTypeOf(event.data.total).toEqualTypeOf<number>();
    });
    inngest.createFunction({ id: "f", triggers: { event: closed, if: "true" } }, ({ event }) => {
      expectTypeOf(event.data).toEqualTypeOf<{ reason: string }>();
    });
    inngest.createFunction({ id: "f", triggers: [orderCreated, cron("0 6 * * *"), { event: closed }] }, ({ event }) => {
      expectTypeOf(event.name).toEqualTypeOf<"shop/order.created" | "shop/closed" | "inngest/scheduled.timer">();
      if (event.name === "shop/closed") expectTypeOf(event.data).toEqualTypeOf<{ reason: string }>();
    });
  });

  it("types waitForEvent, cancelOn and send", () => {
    inngest.createFunction(
      { id: "f", triggers: [orderCreated], cancelOn: [{ event: closed, if: "true" }] },
      async ({ step }) => {
        const event = await step.waitForEvent("w", { event: closed, timeout: "1h" });
        expectTypeOf(event?.data).toEqualTypeOf<{ reason: string } | undefined>();
        await step.sendEvent("s", closed.create({ reason: "x" }));
        await step.sendEvent("s", [closed.create({ reason: "x" }), { name: "any", data: {} }]);
      },
    );
    void (() => inngest.send(orderCreated.create({ id: "1", total: 1 })));
    void (() => inngest.send([orderCreated.create({ id: "1", total: 1 }), closed.create({ reason: "x" })]));
  });
});

describe("functions", () => {
  const square = inngest.createFunction(
    { id: "square", triggers: [invoke(z.object({ n: z.number() })), orderCreated] },
    async ({ event }) => {
      expectTypeOf(event.name).toEqualTypeOf<"inngest/function.invoked" | "shop/order.created">();
      return { at: new Date(), n: 1 };
    },
  );
  const onEvent = inngest.createFunction({ id: "on-event", triggers: [orderCreated, cron("@daily")] }, () => "done");
  const bare = inngest.createFunction({ id: "bare" }, () => {});

  it("know what they take and return", () => {
    expectTypeOf(square).toEqualTypeOf<InngestFunction<{ n: number }, { at: Date; n: number }>>();
    expectTypeOf(onEvent).toEqualTypeOf<InngestFunction<{ id: string; total: number }, string>>();
    expectTypeOf<GetFunctionOutput<typeof square>>().toEqualTypeOf<{ at: string; n: number }>();
    const functions: InngestFunction[] = [square, onEvent, bare];
    void functions;
  });

  it("type step.invoke, as themselves and by reference", () => {
    inngest.createFunction({ id: "caller", triggers: [orderCreated] }, async ({ step }) => {
      const result = await step.invoke("a", { function: square, data: { n: 3 } });
      expectTypeOf(result).toEqualTypeOf<{ at: string; n: number }>();
      // @ts-expect-error data of another shape
      await step.invoke("b", { function: square, data: { n: "3" } });
      // @ts-expect-error data is needed
      await step.invoke("b", { function: square });
      const reference = referenceFunction<typeof square>({ functionId: "square" });
      expectTypeOf(await step.invoke("c", { function: reference, data: { n: 3 } })).toEqualTypeOf<{
        at: string;
        n: number;
      }>();
      // @ts-expect-error data of another shape
      await step.invoke("d", { function: reference, data: { n: "3" } });
      const untyped = referenceFunction({ appId: "other", functionId: "x" });
      // biome-ignore lint/suspicious/noExplicitAny: this is the type under test
      expectTypeOf(await step.invoke("e", { function: untyped, data: { what: "ever" } })).toEqualTypeOf<any>();
      await step.invoke("f", { function: bare });
      expectTypeOf(await step.invoke("g", { function: onEvent, data: { id: "1", total: 2 } })).toEqualTypeOf<string>();
    });
  });

  it("take retries with delays and other options", () => {
    inngest.createFunction(
      {
        id: "f",
        retries: { attempts: 3, backoff: { initial: "10s", factor: 2, max: "1h", jitter: 0.5 } },
        concurrency: { fn: [{ limit: 1 }], step: [{ limit: 2, key: "event.data.id", scope: "env" }] },
        throttle: { limit: 1, period: "1 minute" },
        triggers: { cron: "@daily", jitter: "30s", missed: "all" },
      },
      () => 1,
    );
    inngest.createFunction({ id: "f", retries: { backoff: [1000, "1m"] } }, () => 1);
    inngest.createFunction(
      { id: "f", retries: { backoff: (attempt, error) => (error ? attempt * 5 : "1m") } },
      () => 1,
    );
    // @ts-expect-error not a length of time
    inngest.createFunction({ id: "f", retries: { backoff: ["soon"] } }, () => 1);
    // @ts-expect-error not a policy
    inngest.createFunction({ id: "f", triggers: { cron: "@daily", missed: "later" } }, () => 1);
  });
});
