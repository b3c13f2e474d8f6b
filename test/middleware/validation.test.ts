import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EventSchemas, EventValidationError, encryptionMiddleware, validationMiddleware } from "../../src/index.ts";
import { middlewareApp } from "./middleware-app.ts";

const schemas = new EventSchemas().fromSchema({
  e: z.object({ id: z.string({ error: "an id is needed" }) }),
  late: z.object({ id: z.string().refine(async (id) => id === "ok", "is not ok") }),
});

const app = (options = {}, more: Parameters<typeof middlewareApp>[0] = {}) =>
  middlewareApp({ middleware: [validationMiddleware(options)], client: { schemas }, ...more });

describe("validationMiddleware", () => {
  test("lets through what fits", async () => {
    const { call, client, sent } = app();
    expect((await call({ data: { id: "1" } })).json).toBe("done");
    await client.send([{ name: "e", data: { id: "1" } }, { name: "late", data: { id: "ok" } }, { name: "unknown" }]);
    expect(sent).toHaveLength(1);
  });

  test("fails a run whose event does not fit, for good, with the schema's words", async () => {
    const { status, json } = await app().call({ data: { id: 5 } });
    expect(status).toBe(400);
    expect(json).toMatchObject({ name: "EventValidationError", message: "id: an id is needed" });
  });

  test.each([
    [{ name: "e", data: {} }, "id: an id is needed"],
    [{ name: "late", data: { id: "no" } }, "id: is not ok"],
  ])("does not send %j", async (event, message) => {
    const { client, sent } = app();
    await expect(client.send([{ name: "e", data: { id: "1" } }, event])).rejects.toThrow(message);
    await expect(client.send(event)).rejects.toBeInstanceOf(EventValidationError);
    expect(sent).toEqual([]);
  });

  test("refuses events without a schema when told so, the engine's aside", async () => {
    const { client, call } = app({ disallowUnknownEvents: true });
    await expect(client.send({ name: "unknown" })).rejects.toThrow('Event "unknown" has no schema');
    expect((await call({ eventName: "inngest/function.invoked", data: {} })).json).toBe("done");
  });

  test.each([
    ["before", [validationMiddleware(), encryptionMiddleware({ key: "k" })]],
    ["after", [encryptionMiddleware({ key: "k" }), validationMiddleware()]],
  ])("sees clear events on both ways when it stands %s encryption", async (_, middleware) => {
    const secret = new EventSchemas().fromSchema({ e: z.object({ encrypted: z.object({ id: z.string() }) }) });
    const { call, client, sent } = middlewareApp({
      middleware,
      client: { schemas: secret },
      handler: () => "done",
    });
    await client.send({ name: "e", data: { encrypted: { id: "1" } } });
    expect(sent[0]?.body[0].data.encrypted).toMatchObject({ __ENCRYPTED__: true });
    expect((await call({ data: sent[0]?.body[0].data })).status).toBe(200);
    await expect(client.send({ name: "e", data: { encrypted: { id: 1 } } })).rejects.toThrow("encrypted.id");
  });

  test("takes schemas of its own, and nothing unknown", async () => {
    const { client } = middlewareApp({ middleware: [validationMiddleware({ schemas })] });
    await expect(client.send({ name: "e", data: {} })).rejects.toThrow("an id is needed");
    expect(() => validationMiddleware({ strict: true } as never)).toThrow(/`strict` is not known; allowed: schemas, /);
  });
});
