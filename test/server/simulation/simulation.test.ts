/**
 * Whole engines in worlds where everything may fail: seeds that nobody has tried before, and the promise that a seed that fails can
 * be seen again.
 */
import { expect, test } from "vitest";
import type { Store } from "../../../server/src/ports/store.ts";
import { runSeed, type SeedResult } from "../../../server/src/simulation/run-seed.ts";
import { runs } from "../../helpers/runs.ts";

const told = ({ seed, violations }: SeedResult): string[] =>
  violations.map(
    ({ invariant, what }) =>
      `${invariant}: ${what} (npm run simulate -- --seeds 1 --from ${seed} --size small --trace)`,
  );

test("nothing is violated in fresh worlds", async () => {
  const from = Math.floor(Math.random() * 2 ** 30);
  for (let seed = from; seed < from + runs(200); seed++)
    expect(told(await runSeed({ seed, size: "small" }))).toEqual([]);
});

test("a seed gives the same world again, to the last line of its trace", async () => {
  for (const seed of [3, 20]) {
    const lines: string[][] = [[], []];
    const [first, second] = [
      await runSeed({ seed, hear: (line) => lines[0]?.push(line) }),
      await runSeed({ seed, hear: (line) => lines[1]?.push(line) }),
    ];
    expect(lines[1]).toEqual(lines[0]);
    expect(second).toEqual(first);
    expect(first.counts.turns).toBeGreaterThan(100);
  }
  expect((await runSeed({ seed: 4 })).hash).not.toBe((await runSeed({ seed: 5 })).hash);
});

test("an engine that does not start is a violation, and is not started again and again", async () => {
  const fail = async (): Promise<never> => {
    throw new TypeError("start is not a function");
  };
  const decorateStore = (store: Store): Store =>
    new Proxy(store, { get: (_, name: keyof Store) => (name === "listApps" ? fail : store[name]) });
  const { violations, counts } = await runSeed({ seed: 0, engines: 2, decorateStore });
  expect(violations.map(({ invariant }) => invariant)).toEqual(["the engine does not stumble"]);
  expect(violations[0]?.what).toContain("start is not a function");
  expect(counts.turns).toBeLessThan(20);
});

test("what was asked before the world comes to rest is carried out before that", async () => {
  // An engine stands still with a doubled request to pause, and hears it after operators have resumed everything.
  expect(told(await runSeed({ seed: 1_003_291, size: "small" }))).toEqual([]);
});
