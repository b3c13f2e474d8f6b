/** With middleware that changes results, the value that user code sees live is the one that it sees on replay. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encryptionMiddleware, InngestMiddleware, serializerMiddleware } from "../../src/index.ts";
import type { AnyMiddleware } from "../../src/middleware/index.ts";
import { afterTravel, drawnValue, print } from "../helpers/drawn-values.ts";
import { runs } from "../helpers/runs.ts";
import { middlewareApp } from "./middleware-app.ts";

/** As the encryption of version 3 does it: results are changed on the way out, and read when the next call begins. */
const codec = (): AnyMiddleware =>
  new InngestMiddleware({
    name: "codec",
    init: () => ({
      onFunctionRun: () => ({
        transformInput: ({ steps }) => ({
          steps: steps.map(({ data }) => ({ data: (data as { coded?: string } | null)?.coded ? decode(data) : data })),
        }),
        transformOutput: ({ result, step }) =>
          step ? { result: { data: { coded: JSON.stringify([result.data ?? null]) } } } : undefined,
      }),
    }),
  });
const decode = (data: unknown): unknown => JSON.parse((data as { coded: string }).coded)[0];

/** Sees results and changes none. */
const onlooker = (): AnyMiddleware =>
  new InngestMiddleware({
    name: "onlooker",
    init: () => ({ onFunctionRun: () => ({ transformInput: () => undefined, transformOutput: () => undefined }) }),
  });

const kinds: [string, () => AnyMiddleware[]][] = [
  ["none that changes anything", () => [onlooker()]],
  ["encryption", () => [encryptionMiddleware({ key: "k" })]],
  ["the serializer", () => [serializerMiddleware()]],
  ["encryption and the serializer", () => [encryptionMiddleware({ key: "k" }), serializerMiddleware()]],
  ["middleware of version 3 that changes results", () => [codec()]],
];

/** Each sight of each step's value, over all calls of a run. */
async function sightsOf(middleware: AnyMiddleware[], values: unknown[], checkpoints: boolean): Promise<string[][]> {
  const seen = values.map(() => new Set<string>());
  const { run } = middlewareApp({
    middleware,
    handler: async ({ step }) => {
      for (const [n, value] of values.entries()) seen[n]?.add(print(await step.run(`s${n}`, () => value)));
      await Promise.all(values.map((value, n) => step.run(`p${n}`, () => value)));
    },
  });
  await run({ checkpoints });
  return seen.map((sights) => [...sights]);
}

describe.each(kinds)("%s", (_name, make) => {
  test("gives one value for a step, whether it is live, replayed, or remembered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawnValue, { minLength: 1, maxLength: 3 }), async (values) => {
        const live = await sightsOf(make(), values, true);
        const replayed = await sightsOf(make(), values, false);
        expect(live.map(({ length }) => length)).toEqual(values.map(() => 1));
        expect(live).toEqual(replayed);
      }),
      { numRuns: runs(15) },
    );
  });
});

test("the serializer gives undefined back where a step returned it", async () => {
  for (const checkpoints of [true, false])
    expect(await sightsOf([serializerMiddleware()], [undefined], checkpoints)).toEqual([["undefined"]]);
});

test("a call goes on after a step whose result middleware of version 3 left as it was, and ends with one that it changed", async () => {
  const callsWith = async (middleware: AnyMiddleware[]): Promise<number> => {
    let calls = 0;
    const { run } = middlewareApp({
      middleware,
      handler: async ({ step }) => {
        calls += 1;
        await step.run("a", () => 1);
        await step.run("b", () => 2);
      },
    });
    await run({ checkpoints: true });
    return calls;
  };
  expect(await callsWith([onlooker()])).toBe(1);
  expect(await callsWith([codec()])).toBe(3);
});

test("without middleware, what a run sees is what JSON leaves", async () => {
  await fc.assert(
    fc.asyncProperty(drawnValue, async (value) => {
      const expected = [[print(afterTravel(value))]];
      expect(await sightsOf([], [value], true)).toEqual(expected);
    }),
    { numRuns: runs(30) },
  );
});

test("a result that cannot be read live is left to the next call", async () => {
  let reads = 0;
  const encryptionService = {
    identifier: "test/moody",
    encrypt: (value: unknown) => JSON.stringify(value),
    decrypt(text: string): unknown {
      if (++reads === 1) throw new Error("the key store is away");
      return JSON.parse(text);
    },
  };
  const sights = await sightsOf([encryptionMiddleware({ encryptionService })], [{ zebra: 1, apple: 2 }, "b"], true);
  expect(sights).toEqual([[print({ zebra: 1, apple: 2 })], [print("b")]]);
});
