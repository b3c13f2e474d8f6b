/**
 * The short form of `npm run chaos`: an engine on SQLite, and three on one Postgres of their own, killed, frozen for longer than a
 * lease and cut off while runs of every kind go through them. `CHAOS_SEED` repeats who was hit.
 */
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { type ChaosOptions, runChaos } from "./run-chaos.ts";

const seed = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const nothing = { lost: [], repeated: [], changed: [], exceeded: [], early: [], doubled: [] };

const short = (store: ChaosOptions["store"]): ChaosOptions => ({
  store,
  runs: 100,
  seed,
  leaseMs: 3000,
  faults: {
    forMs: 8000,
    killEveryMs: 1500,
    restartEveryMs: 4000,
    cutEveryMs: 1000,
    freezeAfterMs: 1000,
    freezeMs: store === "sqlite" ? 4000 : 6000,
  },
});

test.each(["sqlite", "postgres"] as const)(
  "whatever dies, nothing is lost, early, done twice or beyond a limit: %s",
  async (store) => {
    console.log(`chaos: CHAOS_SEED=${seed}`);
    const { runs, faults, counts } = await runChaos(short(store));
    expect(counts).toEqual(nothing);
    expect(runs).toBeGreaterThan(90);
    expect(faults.freezes).toBe(1);
    if (store === "postgres") expect(faults.restarts).toBeGreaterThan(0);
  },
);
