/**
 * `npm run chaos`: real engines, apps and databases, killed, frozen and cut off from each other while thousands of runs go through
 * them. Ends with `chaos: <runs> runs, <kills> kills, lost <n>`, and exit code 1 unless nothing was lost, done twice, early or beyond
 * a limit. How each is counted stands in counts/.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCommand } from "../helpers/command-options.ts";
import { chaosCommand, toChaosCommand, toRepeat } from "./chaos-options.ts";
import type { Counts } from "./counts/finding.ts";
import { type ChaosReport, runChaos } from "./run-chaos.ts";

const shownMost = 20;
const texts: Record<keyof Counts, string> = {
  lost: "lost",
  repeated: "acknowledged steps run again",
  changed: "results changed",
  exceeded: "limits exceeded",
  early: "early timers",
  doubled: "double ends",
};
const names = Object.keys(texts) as (keyof Counts)[];

function print(store: string, { runs, faults, counts, marks }: ChaosReport): void {
  const { kills, restarts, cuts, freezes } = faults;
  console.log(
    `${store}: ${runs} runs, ${marks} marks; ${kills} kills, ${restarts} restarts of the database, ${cuts} cuts, ${freezes} freezes`,
  );
  console.log(`  ${names.map((name) => `${texts[name]} ${counts[name].length}`).join(", ")}`);
  for (const name of names)
    for (const finding of counts[name].slice(0, shownMost)) console.log(`  ${texts[name]}: ${finding}`);
}

const command = readCommand(chaosCommand, toChaosCommand);
const { runs, seed, minutes, freeze, keep } = command;
console.log(`seed ${seed}: ${toRepeat(command)}`);
const reports: ChaosReport[] = [];
for (const store of command.store === "both" ? (["sqlite", "postgres"] as const) : [command.store]) {
  const folder = keep === null ? null : join(keep, store);
  if (folder !== null) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const report = await runChaos({
    store,
    runs,
    seed,
    leaseMs: 30_000,
    faults: {
      forMs: minutes * 60_000,
      killEveryMs: 2000,
      restartEveryMs: 10_000,
      cutEveryMs: 3000,
      freezeAfterMs: 10_000,
      freezeMs: freeze * 1000,
    },
    ...(folder === null ? {} : { folder }),
  });
  print(store, report);
  reports.push(report);
}
const sum = (of: (report: ChaosReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
console.log(
  `chaos: ${sum((one) => one.runs)} runs, ${sum((one) => one.faults.kills)} kills, lost ${sum((one) => one.counts.lost.length)}`,
);
const isFine = reports.every(({ counts }) => names.every((name) => counts[name].length === 0));
// What serves the bundler keeps the process alive.
process.exit(isFine ? 0 : 1);
