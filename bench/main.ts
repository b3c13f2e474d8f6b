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
import { quantile } from "./quantile.ts";
import { type BenchSdk, createBenchWorld } from "./world.ts";
import { measureYardsticks, type Yardsticks } from "./yardsticks.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const peer = `${root}test/peers/node_modules/inngest-v4`;

const sdks: BenchSdk[] = [
  { name: "stepwell", main: "stepwell", node: "stepwell/node" },
  { name: "inngest 4.24", main: `${peer}/index.js`, node: `${peer}/node.js` },
];

interface Row {
  what: string;
  unit: "ms" | "/s";
  /** Whether it is the time or rate of single events or steps, which can be held against the floor. */
  perStep: boolean;
  value(measures: Measures): number;
  /** What is to be reached with our SDK; null for no target. */
  target: { atMost: number } | { atLeast: number } | null;
  /** Inngest's dev server 1.43, measured on a machine like CI's. */
  inngest: string;
}

const rows: Row[] = [
  {
    what: "event to handler p50",
    unit: "ms",
    perStep: true,
    value: (m) => m.eventToHandlerP50,
    target: { atMost: 10 },
    inngest: "296",
  },
  {
    what: "event to handler p99",
    unit: "ms",
    perStep: true,
    value: (m) => m.eventToHandlerP99,
    target: null,
    inngest: "",
  },
  {
    what: "step to step p50",
    unit: "ms",
    perStep: true,
    value: (m) => m.stepToStepP50,
    target: { atMost: 5 },
    inngest: "150",
  },
  { what: "50 parallel steps p50", unit: "ms", perStep: false, value: (m) => m.fanP50, target: null, inngest: "" },
  {
    what: "1,000 runs of 3 steps",
    unit: "/s",
    perStep: false,
    value: (m) => m.runsPerSecond,
    target: null,
    inngest: "",
  },
  {
    what: "  steps of those",
    unit: "/s",
    perStep: true,
    value: (m) => m.stepsPerSecond,
    target: { atLeast: 600 },
    inngest: "77-200",
  },
];

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

function formatTarget({ target }: Row): string {
  if (target === null) return "";
  return "atMost" in target ? `<= ${target.atMost}` : `>= ${target.atLeast}`;
}

function isReached({ target }: Row, value: number): boolean {
  if (target === null) return true;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
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

function printTable(results: Map<string, Measures>, yardsticks: Yardsticks): void {
  const [ours, published] = sdks.map(({ name }) => results.get(name)!) as [Measures, Measures];
  const lines = rows.map((row) => [
    row.what,
    format(row.value(ours)),
    format(row.value(published)),
    row.unit,
    formatTarget(row),
    row.target === null ? "" : isReached(row, row.value(ours)) ? "yes" : "NO",
    formatRatio(row, row.value(ours), yardsticks),
    row.inngest,
  ]);
  const header = ["", ...sdks.map(({ name }) => name), "", "target", "reached", "of floor", "Inngest dev"];
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
  const results = new Map<string, Measures>();
  const yardsticks: Yardsticks[] = [];
  for (const sdk of sdks) {
    const world = await createBenchWorld(sdk);
    try {
      yardsticks.push(await measureYardsticks(world.appOrigin));
      results.set(sdk.name, await measure(world));
      yardsticks.push(await measureYardsticks(world.appOrigin));
    } finally {
      await world.close();
    }
  }
  const floor = middle(yardsticks);
  console.log(`Node ${process.version}, ${cpus().length} CPUs. Engine and app are processes of their own.`);
  console.log(
    `This machine: loopback POST p50 ${floor.loopbackPostMs.toFixed(2)} ms, synced append p50 ${floor.syncedAppendMs.toFixed(2)} ms; the floor is both together.\n`,
  );
  printTable(results, floor);
}

await main();
