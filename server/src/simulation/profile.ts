/**
 * What goes wrong in a simulated world, and how often: drawn anew for each seed, with some faults switched off altogether, since a
 * world in which everything fails finds less than many in which a few things do. Read by all parts of a world.
 */
import type { Draw } from "./draw.ts";

export interface Profile {
  /** The share of what the store is asked that fails before, and after, it was done. */
  storeFails: number;
  storeFailsLate: number;
  /** The share of what the store is asked that takes up to `storeSlowMs`. */
  storeSlow: number;
  storeSlowMs: number;
  /** The share of calls whose answer is lost, comes after more than a lease, or that reach the app twice. */
  answersLost: number;
  answersLate: number;
  callsDoubled: number;
  /** The share of requests of clients and apps to an engine that are lost, whose answer is lost, or that come twice. */
  requestsLost: number;
  requestAnswersLost: number;
  requestsDoubled: number;
  /** How often, on average, in the time of the workload. */
  engineCrashes: number;
  engineRestarts: number;
  engineFreezes: number;
  appCrashes: number;
  clockLeaps: number;
  /** The share of worlds with several engines in which all but one begin with an earlier release, and are upgraded. */
  rollingUpgrade: number;
}

const none: Profile = {
  storeFails: 0,
  storeFailsLate: 0,
  storeSlow: 0,
  storeSlowMs: 0,
  answersLost: 0,
  answersLate: 0,
  callsDoubled: 0,
  requestsLost: 0,
  requestAnswersLost: 0,
  requestsDoubled: 0,
  engineCrashes: 0,
  engineRestarts: 0,
  engineFreezes: 0,
  appCrashes: 0,
  clockLeaps: 0,
  rollingUpgrade: 0,
};

const mostOf: Profile = {
  storeFails: 0.03,
  storeFailsLate: 0.02,
  storeSlow: 0.2,
  storeSlowMs: 3000,
  answersLost: 0.05,
  answersLate: 0.03,
  callsDoubled: 0.05,
  requestsLost: 0.1,
  requestAnswersLost: 0.1,
  requestsDoubled: 0.1,
  engineCrashes: 3,
  engineRestarts: 1.5,
  engineFreezes: 1.5,
  appCrashes: 1.5,
  clockLeaps: 2,
  rollingUpgrade: 1,
};

/** How many worlds in a hundred have no faults at all. */
const quietShare = 0.1;
const faultShare = 0.4;

export function drawProfile(draw: Draw): Profile {
  const profile = { ...none };
  if (draw.chance(quietShare)) return profile;
  for (const name of Object.keys(none) as (keyof Profile)[]) {
    const share = draw.next();
    if (draw.chance(faultShare)) profile[name] = mostOf[name] * share;
  }
  if (profile.storeSlow > 0) profile.storeSlowMs ||= 50;
  return profile;
}

/** Whether apps may lose attempts through no fault of their functions. */
export function spoilsAttempts(profile: Profile): boolean {
  const { answersLost, answersLate, appCrashes, engineFreezes, engineCrashes, engineRestarts, requestsLost } = profile;
  const shares = [answersLost, answersLate, appCrashes, engineFreezes, engineCrashes, engineRestarts, requestsLost];
  shares.push(profile.rollingUpgrade);
  return shares.some((share) => share > 0);
}
