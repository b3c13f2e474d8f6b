/**
 * What goes wrong in a chaos, and when: by the clock of the machine, with a seed that says to whom. Every engine that is killed or
 * frozen answers again some time later; when the time is over, all are well.
 */

import type { ChaosDatabase } from "./world/database.ts";
import type { EngineSlot, Engines } from "./world/engines.ts";

export interface FaultOptions {
  /** How long things go wrong, in milliseconds. */
  forMs: number;
  killEveryMs: number;
  restartEveryMs: number;
  cutEveryMs: number;
  /** When one engine is frozen, from the beginning, and for how long. */
  freezeAfterMs: number;
  freezeMs: number;
}

export interface FaultCounts {
  kills: number;
  restarts: number;
  cuts: number;
  freezes: number;
}

/** A load balancer notices that an engine says nothing, in milliseconds. */
const noticeMs = 2000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface FaultWorld {
  engines: Engines;
  /** Null on SQLite. */
  database: ChaosDatabase | null;
  /**
   * Called between the death of an engine and the start of the next one where there is one engine: what the dead one asked for
   * is at work in the apps for a moment, and would count as one too many.
   */
  drained(): Promise<void>;
  random(): number;
}

/** Resolves when all of it has happened. */
export async function makeFaults(world: FaultWorld, options: FaultOptions): Promise<FaultCounts> {
  const { engines, database, random } = world;
  const counts: FaultCounts = { kills: 0, restarts: 0, cuts: 0, freezes: 0 };
  const end = Date.now() + options.forMs;
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const every = async (ms: number, act: () => Promise<void>): Promise<void> => {
    for (let next = Date.now() + ms; next < end; next = Math.max(next + ms, Date.now())) {
      await pause(Math.max(0, next - Date.now()));
      await act();
    }
  };
  const kill = async (): Promise<void> => {
    // One that has begun to work: who kills them sooner than they start keeps them from ever doing so.
    const slot = pick(engines.ready());
    if (slot === undefined) return;
    await slot.kill();
    counts.kills += 1;
    await world.drained();
    slot.start();
  };
  const restart = async (): Promise<void> => {
    await database?.restart(random() < 0.5 ? "fast" : "immediate");
    counts.restarts += 1;
  };
  const cut = async (): Promise<void> => {
    if (random() < 0.5) await database?.terminate();
    else database?.cut(Math.floor(random() * engines.slots.length));
    counts.cuts += 1;
  };
  const freeze = async (): Promise<void> => {
    await pause(options.freezeAfterMs);
    const slot = await readySlot(engines);
    slot.freeze();
    counts.freezes += 1;
    await pause(Math.min(noticeMs, options.freezeMs / 2));
    engines.giveUp(slot);
    await pause(Math.max(noticeMs, options.freezeMs - noticeMs));
    slot.thaw();
  };
  const onDatabase = database === null ? [] : [every(options.restartEveryMs, restart), every(options.cutEveryMs, cut)];
  await Promise.all([every(options.killEveryMs, kill), freeze(), ...onDatabase]);
  return counts;
}

async function readySlot(engines: Engines): Promise<EngineSlot> {
  for (;;) {
    const [slot] = engines.ready();
    if (slot !== undefined) return slot;
    await pause(20);
  }
}
