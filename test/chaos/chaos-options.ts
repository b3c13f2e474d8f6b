/** What `npm run chaos` may be told. Read by main. */
import type { Command, GivenOptions } from "../helpers/command-options.ts";
import type { ChaosOptions } from "./run-chaos.ts";

export interface ChaosCommand {
  store: ChaosOptions["store"] | "both";
  runs: number;
  seed: number;
  minutes: number;
  /** How long one engine stands still, in seconds. */
  freeze: number;
  /** Where journals are kept; null: nowhere. */
  keep: string | null;
}

export const chaosCommand: Command = {
  help: `npm run chaos -- [options]
  --store sqlite|postgres|both   which store (both)
  --runs <n>                     events to send on each (3000)
  --minutes <n>                  how long things go wrong on each (2)
  --freeze <seconds>             how long one engine stands still (40)
  --seed <n>                     who is hit, and in which order events are sent (drawn)
  --keep <folder>                keep the journals there`,
  options: ["store", "runs", "minutes", "freeze", "seed", "keep"],
};

export function toChaosCommand(given: GivenOptions): ChaosCommand {
  return {
    store: given.oneOf("store", ["sqlite", "postgres", "both"], "both"),
    runs: given.whole("runs", 3000),
    seed: given.whole("seed", 1 + Math.floor(Math.random() * 2 ** 31)),
    minutes: given.number("minutes", 2),
    freeze: given.number("freeze", 40),
    keep: given.text("keep"),
  };
}

/** The command that does the same again. */
export function toRepeat({ keep, ...values }: ChaosCommand): string {
  const flags = Object.entries(values).map(([name, value]) => `--${name} ${value}`);
  return `npm run chaos -- ${flags.join(" ")}${keep === null ? "" : ` --keep ${keep}`}`;
}
