/**
 * `npm run bench:capacity`: prints the table of ARCHITECTURE.md, of how many runs engines carry on partitions. The costs are those
 * that `npm run bench:postgres` prints for engines with an app over HTTP; give them as flags when they have changed:
 * `-- --engine 5.6 --database 7.0`, milliseconds of CPU for a run of two steps.
 */
import { readCommand } from "../../test/helpers/command-options.ts";
import { type Costs, simulateCapacity, transitionsPerRun } from "./simulate-capacity.ts";

/** Costs are measured with one engine; see ARCHITECTURE.md for where and how. */
const help = `npm run bench:capacity -- [options]
  --engine <ms>     CPU of an engine for a run of two steps, calls of the app included (5.58)
  --database <ms>   CPU of the database for such a run (7.04)
  --cores <n>       cores of each database (8)
  --sync <ms>       a write of the database's log (1)
  --trip <ms>       an answer's way from the database to the engine (0.5)`;

const options = ["engine", "database", "cores", "sync", "trip"];
const costs: Costs = readCommand({ help, options }, (given) => ({
  engineMs: given.number("engine", 5.58) / transitionsPerRun,
  databaseMs: given.number("database", 7.04) / transitionsPerRun,
  syncMs: given.number("sync", 1),
  tripMs: given.number("trip", 0.5),
  databaseCores: given.whole("cores", 8),
  places: 100,
}));
const engines = [3, 5, 10, 20, 50, 100];
const partitions = [1, 2, 4, 8, 16];
const line = (cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);

line(["engines", ...partitions.map((count) => `${count} partition${count === 1 ? "" : "s"}`)]);
line(["--:", ...partitions.map(() => "--:")]);
// More partitions than engines are not used.
for (const count of engines)
  line([String(count), ...partitions.map((of) => (of > count ? "" : simulateCapacity(count, of, costs).toFixed(0)))]);
