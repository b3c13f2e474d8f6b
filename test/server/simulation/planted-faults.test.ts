/** The faults that a simulation is for: each is planted, and must be found within so many seeds. */
import { expect, test } from "vitest";
import { runSeed } from "../../../server/src/simulation/run-seed.ts";
import type { Invariant } from "../../../server/src/simulation/witness/violations.ts";
import { acknowledgedBeforeCommit, limitCheckedOutside, type Plant, waitRegisteredTooLate } from "./planted-faults.ts";

const mostSeeds = 500;

const faults: readonly (readonly [name: string, plant: () => Plant, broken: Invariant])[] = [
  ["an acknowledgement before the commit", acknowledgedBeforeCommit, "an acknowledged event's runs end"],
  ["a wait that is registered too late", waitRegisteredTooLate, "what comes is not missed"],
  ["a limit that is checked outside the transaction", limitCheckedOutside, "no limit is exceeded"],
];

test.each(faults)("%s is found", async (_name, plant, broken) => {
  let found: string[] = [];
  for (let seed = 0; seed < mostSeeds && !found.includes(broken); seed++)
    found = (await runSeed({ seed, engines: 1, decorateStore: plant() })).violations.map(({ invariant }) => invariant);
  expect(found).toContain(broken);
});
