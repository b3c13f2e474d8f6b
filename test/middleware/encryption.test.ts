import { describe, expect, test, vi } from "vitest";
import { type EncryptionOptions, encryptionMiddleware, NonRetriableError } from "../../src/index.ts";
import { aesGcmService } from "../../src/middleware/built-in/encryption-service.ts";
import { middlewareApp } from "./middleware-app.ts";

const KEY = "a-key-that-is-hard-to-guess";
const SECRET = "4242-4242";

const sealed = expect.objectContaining({
  __ENCRYPTED__: true,
  __STRATEGY__: "inngest/libsodium",
  data: expect.any(String),
});

// biome-ignore lint/suspicious/noExplicitAny: any context
type Handler = (context: any) => unknown;

const appWith = (options: EncryptionOptions, handler?: Handler) =>
  middlewareApp({ middleware: [encryptionMiddleware(options)], ...(handler ? { handler } : {}) });

/** A step's result as the middleware with these options stores it. */
async function store(value: unknown, options: EncryptionOptions = { key: KEY }): Promise<unknown> {
  const { call } = appWith(options, ({ step }) => step.run("s", () => value));
  return (await call()).json[0].data;
}

const readStep: Handler = async ({ step }) => {
  const read = await step.run("s", () => "ran again");
  return step.run("t", () => ({ read }));
};

describe("encryptionMiddleware", () => {
  test("encrypts what steps and the handler return, and decrypts it for both", async () => {
    const seen: unknown[] = [];
    const { run } = appWith({ key: KEY }, async ({ step }) => {
      seen.push(await step.run("s", () => ({ card: SECRET })));
      return { card: SECRET };
    });
    const { json, steps } = await run();
    expect(json).toEqual(sealed);
    expect(steps["s"]).toEqual({ type: "data", data: sealed });
    expect(JSON.stringify([json, steps])).not.toContain(SECRET);
    expect(seen).toEqual([{ card: SECRET }]);
  });

  test("decrypts within one call that checkpoints", async () => {
    const { call, sent } = appWith({ key: KEY }, async ({ step }) => {
      const { card } = await step.run("s", () => ({ card: SECRET }));
      return card === SECRET;
    });
    const { json } = await call({ checkpoints: true });
    expect(json.at(-1)).toMatchObject({ op: "RunComplete", data: sealed });
    expect(sent[0]?.body.steps[0].data).toEqual(sealed);
    const again = appWith({ key: KEY }, ({ event }) => event.data);
    const { json: opened } = await again.call({ data: { result: json.at(-1).data } });
    expect(await open(opened)).toEqual({ result: true });
  });

  test("encrypts one field of events, and decrypts it in handlers", async () => {
    const { client, sent } = appWith({ key: KEY });
    await client.send({ name: "e", data: { id: 1, encrypted: { card: SECRET } } });
    const data = sent[0]?.body[0].data;
    expect(data).toEqual({ id: 1, encrypted: sealed });
    const seen: unknown[] = [];
    const receiver = appWith({ key: KEY }, ({ event, events }) => void seen.push(event.data, events[0].data));
    await receiver.call({ data });
    expect(seen).toEqual([
      { id: 1, encrypted: { card: SECRET } },
      { id: 1, encrypted: { card: SECRET } },
    ]);
  });

  test("takes the name of the field, and encrypts it once", async () => {
    const { client, sent } = appWith({ key: KEY, eventEncryptionField: "secret" });
    await client.send([{ name: "e", data: { secret: SECRET, encrypted: "open" } }, { name: "e" }]);
    const [first, second] = sent[0]?.body ?? [];
    expect(first.data).toEqual({ secret: sealed, encrypted: "open" });
    expect(second.data).toEqual({});
    await client.send({ name: "e", data: first.data });
    expect(sent[1]?.body[0].data).toEqual(first.data);
  });

  test("covers events that steps send and data that steps invoke with", async () => {
    const { call, sent, fn } = appWith({ key: KEY }, async ({ step, event }) =>
      event.data.invoke
        ? step.invoke("i", { function: fn, data: { open: 1, encrypted: SECRET } })
        : step.sendEvent("s", { name: "x", data: { encrypted: SECRET } }),
    );
    await call();
    expect(sent[0]?.body[0].data).toEqual({ encrypted: sealed });
    const { json } = await call({ data: { invoke: true } });
    expect(json[0].opts.payload).toMatchObject({ data: { open: 1, encrypted: sealed } });
  });

  test("opens sealed values wherever they stand: in awaited events and the event of a failed run", async () => {
    const data = await store(SECRET);
    const { call } = appWith({ key: KEY, decryptOnly: true }, async ({ step, event }) => [
      await step.waitForEvent("w", { event: "x", timeout: "1h" }),
      event.data,
    ]);
    const awaited = { name: "x", data: { encrypted: data }, id: "2", ts: 2 };
    const { json } = await call({ steps: { w: awaited }, data: { event: { data: { encrypted: data } } } });
    expect(json).toEqual([{ ...awaited, data: { encrypted: SECRET } }, { event: { data: { encrypted: SECRET } } }]);
  });

  test("reads what an older key encrypted, and writes with the new one", async () => {
    const old = await store(SECRET, { key: "old" });
    const rotated = appWith({ key: KEY, fallbackDecryptionKeys: ["older", "old"] }, readStep);
    const { json } = await rotated.call({ steps: { s: { type: "data", data: old } } });
    expect(await open(json[0].data)).toEqual({ read: SECRET });
    const onlyNew = appWith({ key: KEY }, ({ event }) => event.data.value.read === SECRET);
    const answer = await onlyNew.call({ data: { value: json[0].data } });
    expect(await open(answer.json)).toBe(true);
  });

  test.each([
    ["another key", async () => store(SECRET, { key: "another" })],
    [
      "a tampered value",
      async () => {
        const value = (await store(SECRET)) as { data: string };
        const bytes = Uint8Array.from(atob(value.data), (char) => char.charCodeAt(0));
        bytes[20] = (bytes[20] as number) ^ 1;
        return { ...value, data: btoa(String.fromCharCode(...bytes)) };
      },
    ],
    ["a cut value", async () => ({ ...((await store(SECRET)) as object), data: "AAAA" })],
    ["no base64", async () => ({ ...((await store(SECRET)) as object), data: "%%%" })],
  ])("fails the run for good at %s, and shows no key", async (_, make) => {
    const { call, logs } = appWith({ key: KEY, fallbackDecryptionKeys: ["fallback-key"] }, readStep);
    const answer = await call({ steps: { s: { type: "data", data: await make() } } });
    expect(answer.status).toBe(400);
    expect(answer.headers["x-inngest-no-retry"]).toBe("true");
    expect(answer.json).toMatchObject({
      name: "NonRetriableError",
      message: expect.stringMatching(/cannot be decrypted: none of the 2 keys fits/),
    });
    expect(JSON.stringify([answer, logs])).not.toMatch(/a-key-that|fallback-key/);
  });

  test("says which strategy it does not know", async () => {
    const { call } = appWith({ key: KEY }, readStep);
    const data = { __ENCRYPTED__: true, __STRATEGY__: "other/way", data: "AAAA" };
    const { status, json } = await call({ steps: { s: { type: "data", data } } });
    expect(status).toBe(400);
    expect(json.message).toMatch(/encrypted as "other\/way".*`encryptionService`/);
  });

  test("reads what older versions wrote with AES-256-GCM, and what the published middleware wrote", async () => {
    const older = {
      __ENCRYPTED__: true,
      __STRATEGY__: "stepwell/aes-256-gcm",
      data: await aesGcmService(["secret"]).encrypt({ x: 0 }),
    };
    const published = {
      __ENCRYPTED__: true,
      __STRATEGY__: "inngest/libsodium",
      data: "1IvNq5Kh2X1Mmbqn6xpb2Z4B1oyEV3XQK7jg1BAi0rz8W81MQEYle2rAenU1DLQ=",
    };
    const { call } = appWith({ key: "secret", decryptOnly: true }, ({ event }) => event.data);
    expect((await call({ data: { older, published } })).json).toEqual({ older: { x: 0 }, published: { x: 1 } });
  });

  test("leaves null as it is", async () => {
    expect(await store(null)).toBeNull();
    expect(await store(undefined)).toBeNull();
  });

  test("only decrypts when told so", async () => {
    const old = await store(SECRET);
    const { call, client, sent } = appWith({ key: KEY, decryptOnly: true }, readStep);
    const { json } = await call({ steps: { s: { type: "data", data: old } } });
    expect(json[0].data).toEqual({ read: SECRET });
    await client.send({ name: "e", data: { encrypted: SECRET } });
    expect(sent[0]?.body[0].data).toEqual({ encrypted: SECRET });
  });

  test("leaves alone what was stored before it came", async () => {
    const { call } = appWith({ key: KEY, decryptOnly: true }, readStep);
    const { json } = await call({ steps: { s: { type: "data", data: { plain: [1, { a: null }] } } } });
    expect(json[0].data).toEqual({ read: { plain: [1, { a: null }] } });
  });

  test("takes another service, and still reads what its key encrypted", async () => {
    const old = await store(SECRET);
    const encryptionService = {
      identifier: "test/reverse",
      encrypt: (value: unknown) => [...JSON.stringify(value)].reverse().join(""),
      decrypt: vi.fn((text: string) => JSON.parse([...text].reverse().join(""))),
    };
    const { run } = appWith({ key: KEY, encryptionService }, readStep);
    const { json, steps } = await run({ steps: { s: { type: "data", data: old } } });
    expect(steps["t"]).toEqual({
      type: "data",
      data: { __ENCRYPTED__: true, __STRATEGY__: "test/reverse", data: expect.any(String) },
    });
    expect(encryptionService.decrypt(json.data)).toEqual({ read: SECRET });
  });

  test.each([
    [undefined, /its argument is undefined; allowed: an object with key, /],
    [{}, /`key` is undefined; allowed: a text that is not empty/],
    [{ key: "" }, /`key` is empty; allowed: a text that is not empty \(is the environment variable set/],
    [{ key: 5 }, /`key` is number; allowed: a text that is not empty/],
    [{ key: KEY, fallbackDecryptionKeys: [""] }, /`fallbackDecryptionKeys\[0\]` is empty/],
    [{ key: KEY, fallbackDecryptionKeys: "old" }, /fallbackDecryptionKeys/],
    [{ key: KEY, decryptOnly: "yes" }, /decryptOnly/],
    [{ key: KEY, eventEncryptionField: "" }, /eventEncryptionField/],
    [{ encryptionService: {} }, /encryptionService/],
    [{ key: KEY, legacyV0Service: {} }, /`legacyV0Service` is not known; allowed: key, /],
  ])("refuses %j", (options, message) => {
    expect(() => encryptionMiddleware(options as never)).toThrow(message);
    expect(() => encryptionMiddleware(options as never)).not.toThrow(KEY);
  });

  test("says so where there is no Web Crypto", () => {
    vi.stubGlobal("crypto", undefined);
    expect(() => encryptionMiddleware({ key: KEY })).toThrow(/needs Web Crypto/);
    vi.unstubAllGlobals();
    expect(NonRetriableError).toBeTypeOf("function");
  });
});

/** Opens a value with the key of these tests. */
async function open(value: unknown): Promise<unknown> {
  const seen: unknown[] = [];
  await appWith({ key: KEY }, ({ event }) => void seen.push(event.data.value)).call({ data: { value } });
  return seen[0];
}
