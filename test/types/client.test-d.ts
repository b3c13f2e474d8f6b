import { describe, expectTypeOf, it } from "vitest";
import { EventSchemas, Inngest } from "../../src/index.ts";

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Many = { [K in `app/event.${0 | 1}${Digit}${Digit}`]: { data: { key: K; n: number } } };
type Events = { "shop/order.created": { data: { id: string; total: number } }; "shop/closed": { data?: undefined } };

const typed = new Inngest({ id: "a", schemas: new EventSchemas().fromRecord<Events>() });
const many = new Inngest({ id: "a", schemas: new EventSchemas().fromRecord<Many>().fromRecord<Events>() });
const loose = new Inngest({ id: "a" });

describe("event types", () => {
  it("reach the handler in both call styles", () => {
    typed.createFunction({ id: "f", triggers: { event: "shop/order.created" } }, ({ event, events }) => {
      expectTypeOf(event.data).toEqualTypeOf<{ id: string; total: number }>();
      expectTypeOf(event.name).toEqualTypeOf<"shop/order.created">();
      expectTypeOf(events[0].data.total).toEqualTypeOf<number>();
    });
    typed.createFunction({ id: "f" }, { event: "shop/order.created" }, ({ event }) => {
      expectTypeOf(event.data.id).toEqualTypeOf<string>();
    });
    typed.createFunction({ id: "f" }, [{ event: "shop/order.created" }, { cron: "0 6 * * *" }], ({ event }) => {
      expectTypeOf(event.name).toEqualTypeOf<"shop/order.created" | "inngest/scheduled.timer">();
    });
  });

  it("refuse unknown names and wrong data", () => {
    // @ts-expect-error no such event
    typed.createFunction({ id: "f" }, { event: "shop/nope" }, () => 1);
    // @ts-expect-error no such event
    typed.createFunction({ id: "f", triggers: { event: "shop/nope" } }, () => 1);
    // @ts-expect-error no such event
    void (() => typed.send({ name: "shop/nope", data: {} }));
    // @ts-expect-error data of another shape
    void (() => typed.send({ name: "shop/order.created", data: { id: 5, total: 1 } }));
    // @ts-expect-error data is missing
    void (() => typed.send({ name: "shop/order.created" }));
    void (() => typed.send([{ name: "shop/order.created", data: { id: "1", total: 1 } }, { name: "shop/closed" }]));
  });

  it("are loose without schemas", () => {
    loose.createFunction({ id: "f" }, { event: "any/name" }, ({ event }) => {
      // biome-ignore lint/suspicious/noExplicitAny: this is the type under test
      expectTypeOf(event.data).toEqualTypeOf<any>();
    });
    void (() => loose.send({ name: "what/ever", data: { a: 1 } }));
    void (() => loose.send({ name: "what/ever" }));
  });

  it("hold for two hundred events", () => {
    expectTypeOf<keyof Many>().toExtend<string>();
    many.createFunction(
      { id: "f" },
      [{ event: "app/event.007" }, { event: "app/event.199" }],
      async ({ event, step }) => {
        expectTypeOf(event.data.key).toEqualTypeOf<"app/event.007" | "app/event.199">();
        await step.sendEvent("s", { name: "app/event.100", data: { key: "app/event.100", n: 1 } });
        // @ts-expect-error data of another event
        await step.sendEvent("s", { name: "app/event.100", data: { key: "app/event.101", n: 1 } });
      },
    );
  });
});

describe("step types", () => {
  it("are what JSON leaves", () => {
    typed.createFunction({ id: "f" }, { event: "shop/order.created" }, async ({ step }) => {
      expectTypeOf(await step.run("a", () => new Date())).toEqualTypeOf<string>();
      expectTypeOf(await step.run("b", async () => ({ at: new Date(), n: 1, f: () => 1 }))).toEqualTypeOf<{
        at: string;
        n: number;
      }>();
      expectTypeOf(await step.run("c", () => {})).toEqualTypeOf<null>();
      expectTypeOf(await step.run("d", (a: number, b: string) => [a, b] as const, 1, "x")).toEqualTypeOf<
        readonly [number, string]
      >();
      expectTypeOf(await step.sleep("e", "1h30m")).toEqualTypeOf<void>();
      // @ts-expect-error not a length of time
      await step.sleep("e", "soon");
      await step.sleep("e", "2 days");
      await step.sleepUntil("f", "2030-01-01");
    });
  });

  it("onFailure gets the error and the first event", () => {
    loose.createFunction(
      {
        id: "f",
        onFailure: ({ error, event }) => {
          expectTypeOf(error).toEqualTypeOf<Error & { stepId?: string }>();
          expectTypeOf(event.data.function_id).toEqualTypeOf<string>();
        },
      },
      { event: "e" },
      () => 1,
    );
  });
});
