/**
 * `npm run bench:capacity`: prints the table of ARCHITECTURE.md, of how many runs engines carry on partitions. The costs are those
 * that `npm run bench:postgres` prints for engines with an app over HTTP; give them as flags when they have changed:
 * `-- --engine 5.6 --database 7.0`, milliseconds of CPU for a run of two steps.
 */
import { parseArgs } from "node:util";
import { type Costs, simulateCapacity } from "./simulate-capacity.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { engine: text, database: text, cores: text, sync: text, trip: text } });

/** Measured with one engine; see ARCHITECTURE.md for where and how. */
const measured = { engine: 5.58, database: 7.04, cores: 8, sync: 1, trip: 0.5 };

function read(name: keyof typeof measured): number {
  const value = Number(values[name] ?? measured[name]);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is ${values[name]}: expected a number above 0.`);
}

const transitionsPerRun = 4;
const costs: Costs = {
  engineMs: read("engine") / transitionsPerRun,
  databaseMs: read("database") / transitionsPerRun,
  syncMs: read("sync"),
  tripMs: read("trip"),
  databaseCores: read("cores"),
  places: 100,
};
const engines = [3, 5, 10, 20, 50, 100];
const partitions = [1, 2, 4, 8, 16];
const line = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);

line(["engines", ...partitions.map((count) => `${count} partition${count === 1 ? "" : "s"}`)]);
line(["--:", ...partitions.map(() => "--:")]);
// More partitions than engines are not used.
for (const count of engines)
  line([String(count), ...partitions.map((of) => (of > count ? "" : simulateCapacity(count, of, costs).toFixed(0)))]);
