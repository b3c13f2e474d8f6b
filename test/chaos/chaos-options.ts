/** What `npm run chaos` may be told. Called by main. */
import { parseArgs } from "node:util";
import type { ChaosOptions } from "./run-chaos.ts";

export interface ChaosCommand {
  stores: ChaosOptions["store"][];
  runs: number;
  seed: number;
  minutes: number;
  /** How long one engine stands still, in milliseconds. */
  freezeMs: number;
  /** Where journals are kept; null: nowhere. */
  keep: string | null;
}

const help = `npm run chaos -- [options]
  --store sqlite|postgres|both   which store (both)
  --runs <n>                     events to send on each (3000)
  --minutes <n>                  how long things go wrong on each (2)
  --freeze <seconds>             how long one engine stands still (40)
  --seed <n>                     who is hit, and in which order events are sent (drawn)
  --keep <folder>                keep the journals there`;

function toNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}: expected a number above 0.\n${help}`);
}

/** @throws Error that says what was expected */
export function parseChaosOptions(args: string[]): ChaosCommand {
  const text = { type: "string" } as const;
  const options = { store: text, runs: text, minutes: text, freeze: text, seed: text, keep: text };
  const { values } = parseArgs({ args, options });
  const { store = "both" } = values;
  if (store !== "sqlite" && store !== "postgres" && store !== "both")
    throw new Error(`--store is ${store}: expected sqlite, postgres or both.\n${help}`);
  return {
    stores: store === "both" ? ["sqlite", "postgres"] : [store],
    runs: Math.ceil(toNumber("runs", values.runs, 3000)),
    minutes: toNumber("minutes", values.minutes, 2),
    freezeMs: toNumber("freeze", values.freeze, 40) * 1000,
    seed: Math.floor(toNumber("seed", values.seed, 1 + Math.floor(Math.random() * 2 ** 31))),
    keep: values.keep ?? null,
  };
}
