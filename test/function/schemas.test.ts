import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cron, eventType, Inngest, type InngestFunction, invoke, referenceFunction } from "../../src/index.ts";

const client = new Inngest({ id: "app" });
const order = eventType("shop/order", { schema: z.object({ id: z.string() }) });
const handler = (): number => 1;
const run = async (fn: InngestFunction, event: object): Promise<unknown> =>
  fn.handler({ event, events: [event] } as never);

describe("a function with schemas", () => {
  it("checks events before its handler runs, as the handler would see them", async () => {
    const seen: unknown[] = [];
    const fn = client.createFunction(
      { id: "f", triggers: [order, cron("@daily")] },
      ({ event }) => void seen.push(event),
    );
    await run(fn, { name: "shop/order", data: { id: "1" } });
    await run(fn, { name: "inngest/scheduled.timer", data: { cron: "@daily" } });
    await expect(run(fn, { name: "shop/order", data: { id: 1 } })).rejects.toThrow("id: ");
    await expect(run(fn, { name: "shop/else", data: {} })).rejects.toThrow("Event not found in triggers: shop/else");
    expect(seen).toHaveLength(2);
    expect(fn.accepted.map(({ name }) => name)).toEqual(["shop/order", "inngest/scheduled.timer"]);
  });

  it("waits for a schema that takes its time", async () => {
    const slow = eventType("shop/slow", { schema: z.object({}).refine(async (x) => "ok" in x, "never") });
    const fn = client.createFunction({ id: "f", triggers: slow }, handler);
    await expect(run(fn, { name: "shop/slow", data: {} })).rejects.toThrow("never");
  });

  it("goes on to its handler when a schema took its time and found nothing", async () => {
    const slow = eventType("shop/slow", { schema: z.object({}).refine(async () => true) });
    expect(
      await run(client.createFunction({ id: "f", triggers: slow }, handler), { name: "shop/slow", data: {} }),
    ).toBe(1);
  });

  it("leaves the handler of one without schemas alone", () => {
    const fn = client.createFunction({ id: "f", triggers: [{ event: "e" }, eventType("other")] }, handler);
    expect([fn.handler, fn.accepted]).toEqual([handler, []]);
  });

  it("is registered by the events' names, invoke() left out", () => {
    const triggers = [order, { event: order, if: "true" }, invoke(z.object({}))] as const;
    expect(client.createFunction({ id: "f", triggers }, handler).triggers).toEqual([
      { event: "shop/order" },
      { event: "shop/order", expression: "true" },
    ]);
  });
});

describe("a function's record", () => {
  it("keeps its own checkpointing and retries", () => {
    expect(client.createFunction({ id: "f" }, handler).checkpointing).toBe(undefined);
    expect(client.createFunction({ id: "f", checkpointing: false }, handler).checkpointing).toBe(null);
    expect(client.createFunction({ id: "f", experimentalCheckpointing: true }, handler).checkpointing).toEqual({
      bufferedSteps: 1,
      maxIntervalMs: 0,
      maxRuntimeMs: 10_000,
    });
    const retries = { attempts: 2, backoff: () => 5 };
    expect(client.createFunction({ id: "f", retries }, handler).retries).toBe(retries);
    expect(client.createFunction({ id: "f" }, handler).client.id).toBe("app");
  });
});

describe("referenceFunction", () => {
  it("names a function", () => {
    expect(referenceFunction({ functionId: "f" }).opts).toEqual({ functionId: "f" });
    const reference = referenceFunction({ appId: "a", functionId: "f" });
    expect(Object.prototype.toString.call(reference)).toBe("[object Inngest.FunctionReference]");
    expect(reference.opts).toEqual({ appId: "a", functionId: "f" });
  });

  it.each([[undefined], [{}], [{ functionId: "" }], [{ functionId: "f", appId: 5 }]])("refuses %j", (ids) => {
    expect(() => referenceFunction(ids as never)).toThrow("referenceFunction() expects ids");
  });
});
