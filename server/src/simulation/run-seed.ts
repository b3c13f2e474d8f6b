/**
 * One seed: makes a world, lets it live, brings it to rest, and says what was violated. Called by main and by tests. The same seed
 * gives the same world, to the last line of its trace.
 */
import type { Store } from "../ports/store.ts";
import { createDraw, type Draw } from "./draw.ts";
import type { Profile } from "./profile.ts";
import type { Life } from "./simulated-engine.ts";
import { createSimulatedState } from "./simulated-state.ts";
import { createTrace } from "./trace.ts";
import type { Violation } from "./witness/violations.ts";
import { World, type WorldCounts, type WorldSize } from "./world.ts";

export interface SeedOptions {
  seed: number;
  /** Engines in the world; null leaves it to the seed. Default: null. */
  engines?: number | null;
  /** How much happens. Default: large. */
  size?: WorldSize;
  /** What goes wrong more or less often than the seed says. Default: nothing. */
  profile?: Partial<Profile>;
  /** Lies between each life of an engine and what watches its state: for tests that plant a fault. Default: nothing. */
  decorateStore?: (store: Store, life: Life, draw: Draw) => Store;
  /** Hears each line of the trace. */
  hear?: (line: string) => void;
}

export interface SeedResult {
  seed: number;
  violations: Violation[];
  /** Over all that happened. */
  hash: string;
  /** The last that happened, oldest first. */
  tail: string[];
  counts: WorldCounts & { engines: number };
}

const tailLines = 400;
/** How many engines worlds have: most have one. */
const enginesDrawn = [1, 1, 2, 3] as const;

export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { seed, hear, size = "large", profile = {}, decorateStore = (store) => store } = options;
  const draw = createDraw(seed);
  const drawn = draw.pick(enginesDrawn);
  const engines = options.engines ?? drawn;
  const trace = createTrace(tailLines, hear);
  const state = await createSimulatedState(engines > 1);
  const world = new World({ draw, state, trace, engines, size, profile, decorateStore });
  try {
    await world.live();
    await world.rest();
    await world.check();
  } catch (error) {
    world.failed(error);
  } finally {
    await world.close();
    state.remove();
  }
  const counts = { ...world.counts(), engines };
  return { seed, violations: world.violations(), hash: trace.hash(), tail: trace.tail(), counts };
}
