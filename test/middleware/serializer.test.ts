import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encryptionMiddleware, serializerMiddleware } from "../../src/index.ts";
import { fromPlain, toPlain } from "../../src/middleware/built-in/plain-values.ts";
import { runs } from "../helpers/runs.ts";
import { middlewareApp } from "./middleware-app.ts";

const rich = (): unknown => ({
  at: new Date(5),
  never: new Date(Number.NaN),
  map: new Map<unknown, unknown>([
    ["a", new Date(1)],
    [{ key: 1 }, new Set([1n])],
  ]),
  set: new Set([1, "two", new Map()]),
  big: 12345678901234567890n,
  url: new URL("https://a.test/b?c"),
  pattern: /a+b/gi,
  missing: undefined,
  numbers: [Number.NaN, Infinity, -Infinity, 1.5],
  bytes: new Uint8Array([0, 128, 255]),
  marked: { __stepwell: "Date", value: 5 },
  plain: [null, true, { a: "b" }],
});

describe("serializerMiddleware", () => {
  test.each([
    ["across calls", false],
    ["within a call that checkpoints", true],
  ])("keeps what JSON loses %s", async (_, checkpoints) => {
    const seen: unknown[] = [];
    const { run } = middlewareApp({
      middleware: [serializerMiddleware()],
      handler: async ({ step }) => {
        seen.push(await step.run("s", rich));
        return "done";
      },
    });
    expect((await run({ checkpoints })).json).toBe("done");
    expect(seen).toEqual([rich()]);
  });

  test("keeps errors that steps return", async () => {
    const seen: Error[] = [];
    const { run } = middlewareApp({
      middleware: [serializerMiddleware()],
      handler: async ({ step }) => {
        const error = await step.run("s", () => new TypeError("wrong", { cause: new RangeError("deep") }));
        seen.push(error);
      },
    });
    await run();
    const [error] = seen;
    expect(error).toBeInstanceOf(TypeError);
    expect(error?.message).toBe("wrong");
    expect(error?.cause).toBeInstanceOf(RangeError);
  });

  test("works below encryption", async () => {
    const seen: unknown[] = [];
    const { run } = middlewareApp({
      middleware: [encryptionMiddleware({ key: "k" }), serializerMiddleware()],
      handler: async ({ step }) => void seen.push(await step.run("s", rich)),
    });
    const { steps } = await run();
    expect(JSON.stringify(steps)).toContain("__ENCRYPTED__");
    expect(JSON.stringify(steps)).not.toContain("a.test");
    expect(seen).toEqual([rich()]);
  });

  test("stores plain data as it is, so that people can read it", async () => {
    const { call } = middlewareApp({
      middleware: [serializerMiddleware()],
      handler: ({ step }) => step.run("s", () => ({ a: [1, "b", null, { c: true }], f() {}, toJSON: undefined })),
    });
    expect((await call()).json[0].data).toMatchObject({ a: [1, "b", null, { c: true }] });
  });

  test("reads results that were stored before it came", async () => {
    const { call } = middlewareApp({
      middleware: [serializerMiddleware()],
      handler: ({ step }) => step.run("s", () => 1),
    });
    expect((await call({ steps: { s: { a: [1] } } })).json).toEqual({ a: [1] });
  });

  test("fails a step that returns a value which contains itself", async () => {
    const { call } = middlewareApp({
      middleware: [serializerMiddleware()],
      handler: ({ step }) =>
        step.run("s", () => {
          const self: Record<string, unknown> = {};
          self["self"] = self;
          return self;
        }),
    });
    const [operation] = (await call()).json;
    expect(operation.error).toMatchObject({ name: "TypeError", message: expect.stringContaining("contains itself") });
  });

  test("takes an object twice that is no cycle", () => {
    const shared = { at: new Date(1) };
    expect(fromPlain(JSON.parse(JSON.stringify(toPlain([shared, shared]))))).toEqual([shared, shared]);
  });

  test("survives JSON whatever the value is", () => {
    const leaf = fc.oneof(
      fc.jsonValue(),
      fc.date(),
      fc.bigInt(),
      fc.double(),
      fc.constant(undefined),
      fc.uint8Array(),
      fc.record({ __stepwell: fc.oneof(fc.string(), fc.constantFrom("Date", "Object", "Map")), value: fc.jsonValue() }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, leaf, tie("array"), tie("record"), tie("map"), tie("set")),
      array: fc.array(tie("value"), { maxLength: 4 }),
      record: fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
      map: fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((entries) => new Map(entries)),
      set: fc.array(tie("value"), { maxLength: 3 }).map((entries) => new Set(entries)),
    }));
    fc.assert(
      fc.property(value, (given) => {
        // JSON has one zero.
        const back = fromPlain(JSON.parse(JSON.stringify(toPlain(given))));
        expect(withoutNegativeZero(back)).toEqual(withoutNegativeZero(given));
      }),
      { numRuns: runs(200) },
    );
  });
});

function withoutNegativeZero(value: unknown): unknown {
  if (typeof value === "number") return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (value instanceof Map) return new Map(withoutNegativeZero([...value]) as [unknown, unknown][]);
  if (value instanceof Set) return new Set(withoutNegativeZero([...value]) as unknown[]);
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) !== Date.prototype) {
    if (value instanceof Uint8Array) return value;
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, withoutNegativeZero(held)]));
  }
  return value;
}
