/**
 * `npm run bench`: our engine with our SDK and with the published one, beside what the machine can do and beside
 * what there is to reach. Builds first when the sources are newer than the build.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import installPeers from "../test/peers/global-setup.ts";
import { type Measures, measure } from "./cases.ts";
import { printFairness } from "./fairness.ts";
import { quantile } from "./quantile.ts";
import { printWaits } from "./waits.ts";
import { type BenchSdk, createBenchWorld } from "./world.ts";
import { measureYardsticks, type Yardsticks } from "./yardsticks.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const peer = `${root}test/peers/node_modules/inngest-v4`;

const ours = { main: "stepwell", node: "stepwell/node" };
const published = { main: `${peer}/index.js`, node: `${peer}/node.js` };
const columns: BenchSdk[] = [
  { name: "one call a step", imports: ours, checkpointing: false },
  { name: "checkpointing", imports: ours, checkpointing: true },
  { name: "embedded", imports: null, checkpointing: true },
  { name: "inngest 4.24 SDK", imports: published, checkpointing: true },
];

type Target = { atMost: number } | { atLeast: number } | null;

interface Row {
  what: string;
  unit: "ms" | "/s";
  /** Whether it is the time or rate of single events or steps, which can be held against the floor. */
  perStep: boolean;
  value(measures: Measures): number;
  /** What is to be reached in each column; null for no target. */
  targets: [Target, Target, Target, Target];
  /** Inngest's dev server 1.43 with its own SDK, measured on a machine like CI's. */
  inngest: string;
}

const atMost = (value: number): Target => ({ atMost: value });
const atLeast = (value: number): Target => ({ atLeast: value });

const rows: Row[] = [
  {
    what: "event to handler p50",
    unit: "ms",
    perStep: true,
    value: (m) => m.eventToHandlerP50,
    targets: [atMost(5), atMost(5), atMost(2), null],
    inngest: "296",
  },
  {
    what: "event to handler p99",
    unit: "ms",
    perStep: true,
    value: (m) => m.eventToHandlerP99,
    targets: [atMost(20), atMost(20), null, null],
    inngest: "",
  },
  {
    what: "step to step p50",
    unit: "ms",
    perStep: true,
    value: (m) => m.stepToStepP50,
    targets: [atMost(3), atMost(1), atMost(0.5), null],
    inngest: "150 / 4.3",
  },
  {
    what: "50 parallel steps p50",
    unit: "ms",
    perStep: false,
    value: (m) => m.fanP50,
    targets: [atMost(100), atMost(100), atMost(100), null],
    inngest: "1049",
  },
  {
    what: "1,000 runs of 3 steps",
    unit: "/s",
    perStep: false,
    value: (m) => m.runsPerSecond,
    targets: [null, null, null, null],
    inngest: "",
  },
  {
    what: "  steps of those",
    unit: "/s",
    perStep: true,
    value: (m) => m.stepsPerSecond,
    targets: [atLeast(1500), atLeast(1500), atLeast(4000), null],
    inngest: "67-200",
  },
  {
    what: "events stored, in hundreds",
    unit: "/s",
    perStep: false,
    value: (m) => m.eventsPerSecond,
    targets: [atLeast(10_000), atLeast(10_000), null, null],
    inngest: "",
  },
];

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** The value, and its target where there is one. */
function formatCell(value: number, target: Target): string {
  if (target === null) return format(value);
  const reached = "atMost" in target ? value <= target.atMost : value >= target.atLeast;
  const wanted = "atMost" in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
  return `${format(value)} (${wanted}${reached ? "" : ": NO"})`;
}

/** A time as a multiple of the floor; a rate as a share of what the floor allows when one step follows the other. */
function formatRatio({ unit, perStep }: Row, value: number, yardsticks: Yardsticks): string {
  if (!perStep) return "";
  const floorMs = yardsticks.loopbackPostMs + yardsticks.syncedAppendMs;
  return unit === "ms" ? `${format(value / floorMs)}x` : `${format((value * floorMs) / 1000)}x`;
}

/** The disk's speed changes from minute to minute: the middle of all measurements. */
function middle(all: Yardsticks[]): Yardsticks {
  return {
    loopbackPostMs: quantile(
      all.map((one) => one.loopbackPostMs),
      0.5,
    ),
    syncedAppendMs: quantile(
      all.map((one) => one.syncedAppendMs),
      0.5,
    ),
  };
}

function printTable(results: Measures[], yardsticks: Yardsticks): void {
  const lines = rows.map((row) => [
    `${row.what}, ${row.unit}`,
    ...results.map((measures, i) => formatCell(row.value(measures), row.targets[i] ?? null)),
    formatRatio(row, row.value(results[0]!), yardsticks),
    row.inngest,
  ]);
  const header = ["", ...columns.map(({ name }) => name), "of floor", "Inngest dev"];
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  for (const line of [header, ...lines]) {
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "));
  }
}

/** When the newest file below some folders changed, milliseconds since 1970; 0 for none. */
function newestChange(...folders: string[]): number {
  const files = folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name))
      : [],
  );
  return Math.max(0, ...files.map((file) => statSync(file).mtimeMs));
}

function buildIfStale(): void {
  const sources = newestChange(`${root}src`, `${root}adapters`, `${root}server/src`);
  if (newestChange(`${root}dist`) > sources && newestChange(`${root}server/dist`) > sources) return;
  console.log("building");
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

async function main(): Promise<void> {
  buildIfStale();
  await installPeers();
  const results: Measures[] = [];
  const yardsticks: Yardsticks[] = [];
  for (const column of columns) {
    const world = await createBenchWorld(column);
    const { yardstickUrl } = world;
    const measureYardstick = async (): Promise<void> => {
      if (yardstickUrl !== null) yardsticks.push(await measureYardsticks(yardstickUrl));
    };
    try {
      await measureYardstick();
      results.push(await measure(world));
      await measureYardstick();
    } finally {
      await world.close();
    }
  }
  const floor = middle(yardsticks);
  console.log(
    `Node ${process.version}, ${cpus().length} CPUs. Engine and app are processes of their own, but embedded.`,
  );
  console.log(
    `This machine: loopback POST p50 ${floor.loopbackPostMs.toFixed(2)} ms, synced append p50 ${floor.syncedAppendMs.toFixed(2)} ms; the floor is both together.\n`,
  );
  printTable(results, floor);
  await printFairness();
  await printWaits();
}

await main();
