/**
 * `npm run bench`: our engine with our SDK and with the published one, beside what the machine can do and beside
 * what there is to reach. Builds first when there is no build.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import installPeers from "../test/peers/global-setup.ts";
import { type Measures, measure } from "./cases.ts";
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
    value: (m) => m.eventToHandlerP50,
    target: { atMost: 10 },
    inngest: "296",
  },
  { what: "event to handler p99", unit: "ms", value: (m) => m.eventToHandlerP99, target: null, inngest: "" },
  { what: "step to step p50", unit: "ms", value: (m) => m.stepToStepP50, target: { atMost: 5 }, inngest: "150" },
  { what: "50 parallel steps p50", unit: "ms", value: (m) => m.fanP50, target: null, inngest: "" },
  { what: "1,000 runs of 3 steps", unit: "/s", value: (m) => m.runsPerSecond, target: null, inngest: "" },
  {
    what: "  steps of those",
    unit: "/s",
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

/** How often the time of one POST and one synced append together fits. */
function formatRatio({ unit }: Row, value: number, yardsticks: Yardsticks): string {
  const floorMs = yardsticks.loopbackPostMs + yardsticks.syncedAppendMs;
  return unit === "ms" ? `${format(value / floorMs)}x` : `${format((value * floorMs) / 1000)}x`;
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
  const header = ["", ...sdks.map(({ name }) => name), "", "target", "reached", "to floor", "Inngest dev"];
  const widths = header.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)));
  for (const line of [header, ...lines]) {
    console.log(line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "));
  }
}

function buildIfMissing(): void {
  if (existsSync(`${root}dist/index.js`) && existsSync(`${root}server/dist/cli.js`)) return;
  console.log("building");
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

async function main(): Promise<void> {
  buildIfMissing();
  await installPeers();
  const results = new Map<string, Measures>();
  let yardsticks: Yardsticks | null = null;
  for (const sdk of sdks) {
    const world = await createBenchWorld(sdk);
    try {
      yardsticks ??= await measureYardsticks(world.appOrigin);
      results.set(sdk.name, await measure(world));
    } finally {
      await world.close();
    }
  }
  const { loopbackPostMs, syncedAppendMs } = yardsticks!;
  console.log(`Node ${process.version}, ${cpus().length} CPUs. Engine and app are processes of their own.`);
  console.log(
    `This machine: loopback POST p50 ${loopbackPostMs.toFixed(2)} ms, synced append p50 ${syncedAppendMs.toFixed(2)} ms; the floor is both together.\n`,
  );
  printTable(results, yardsticks!);
}

await main();
