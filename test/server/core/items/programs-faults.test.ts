/**
 * Random programs of events, waits, flow control and pauses, on the real core and a real store that fails at random, with
 * crashes and a clock that leaps: nothing acknowledged is lost, no stored step runs again, no limit is exceeded, every run ends
 * as it must, and nothing is left behind. On failure fast-check prints the seed and the shortest program.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "vitest";
import { runs } from "../../../helpers/runs.ts";
import { kinds } from "./fault-apps.ts";
import { FaultWorld, type Step } from "./fault-world.ts";

const kind = fc.nat(kinds.length - 1);
const k = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("send" as const), kind, k, count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("go" as const, "stop" as const), k }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("signal" as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "resume" as const), kind }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("leap" as const), ms: fc.integer({ min: 1, max: 120_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
);

/** In memory where that can be had: the disk is not what is tested here. */
const folder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const seed = process.env.FAULT_SEED === undefined ? {} : { seed: Number(process.env.FAULT_SEED) };

function generator(from: number): () => number {
  let state = from;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

test.each([
  ["that does not fail", 0],
  ["that fails now and then", 0.04],
])("a store %s", async (_how, rate) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer(), async (program, luck) => {
      const directory = await mkdtemp(join(folder, "stepwell-faults-"));
      const world = new FaultWorld(directory, generator(luck), rate);
      try {
        await world.open();
        for (const each of program) await world.apply(each);
        await world.settle();
      } finally {
        await world.close();
        await rm(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: runs(12), ...seed },
  );
});
