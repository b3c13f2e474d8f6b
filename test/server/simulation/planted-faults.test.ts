/** The faults that a simulation is for: each is planted, and must be found within so many seeds. */
import { expect, test } from "vitest";
import type { Profile } from "../../../server/src/simulation/profile.ts";
import { runSeed } from "../../../server/src/simulation/run-seed.ts";
import type { Invariant } from "../../../server/src/simulation/witness/violations.ts";
import {
  acknowledgedBeforeCommit,
  gaveUpTooSoon,
  leasesVoidedAtOpen,
  limitCheckedOutside,
  type Plant,
  resultsForgotten,
  timersTooEarly,
  unfencedLeases,
  unknownFunctionDeleted,
  waitRegisteredTooLate,
} from "./planted-faults.ts";

const mostSeeds = 500;

interface Planted {
  name: string;
  plant: () => Plant;
  broken: Invariant;
  engines: number;
  /** What the fault needs to show, so that it does so early. */
  profile?: Partial<Profile>;
}

const faults: readonly Planted[] = [
  {
    name: "an acknowledgement before the commit",
    plant: acknowledgedBeforeCommit,
    broken: "an acknowledged event's runs end",
    engines: 1,
  },
  {
    name: "a wait that is registered too late",
    plant: waitRegisteredTooLate,
    broken: "what comes is not missed",
    engines: 1,
    profile: { storeSlow: 0.8, storeSlowMs: 5000 },
  },
  {
    name: "a limit that is checked outside the transaction",
    plant: limitCheckedOutside,
    broken: "no limit is exceeded",
    engines: 1,
  },
  {
    name: "a lease without a fence",
    plant: unfencedLeases,
    broken: "one holds a lease",
    engines: 3,
    profile: { engineFreezes: 6, answersLate: 0.6, engineCrashes: 0, appCrashes: 0, storeFails: 0, storeFailsLate: 0 },
  },
  {
    name: "an unknown function's item that is deleted",
    plant: unknownFunctionDeleted,
    broken: "an acknowledged event's runs end",
    engines: 2,
  },
  {
    name: "a wait that gives up before an event was compared with it",
    plant: gaveUpTooSoon,
    broken: "what comes is not missed",
    engines: 1,
    profile: { storeSlow: 0.8, storeSlowMs: 5000, clockLeaps: 6 },
  },
  { name: "a timer that fires early", plant: timersTooEarly, broken: "no timer fires early", engines: 1 },
  {
    name: "a result that is forgotten",
    plant: resultsForgotten,
    broken: "a result is memoized once",
    engines: 1,
    profile: { engineCrashes: 3 },
  },
  { name: "leases that are voided at open", plant: leasesVoidedAtOpen, broken: "one holds a lease", engines: 2 },
];

test.each(faults)("$name is found", async ({ plant, broken, engines, profile = {} }) => {
  let found: string[] = [];
  for (let seed = 0; seed < mostSeeds && !found.includes(broken); seed++) {
    const { violations } = await runSeed({ seed, engines, profile, decorateStore: plant() });
    found = violations.map(({ invariant }) => invariant);
  }
  expect(found).toContain(broken);
});
