/**
 * `npm run bench:postgres`: our engine on Postgres beside what that database does at best and what others make of it, one after the
 * other in one run, since machines differ: the ratios count. `DATABASE_URL` names a server; else one is started, with fsync.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { bundledProgram } from "../../test/helpers/bundled-program.ts";
import { readCommand } from "../../test/helpers/command-options.ts";
import { installEnvironment } from "../../test/helpers/install-environment.ts";
import { startPostgres } from "../../test/helpers/postgres-server.ts";
import { quantile } from "../quantile.ts";
import { type BenchDatabase, type Measured, measure } from "./measure.ts";
import { measureNodes } from "./measure-nodes.ts";

const peers = fileURLToPath(new URL("./peers/", import.meta.url));
const help = `npm run bench:postgres -- [options]
  --rounds <n>   measure each so often, in turn; the middle counts (3)`;
const rounds = readCommand({ help, options: ["rounds"] }, (given) => given.whole("rounds", 3));

function installPeers(): void {
  if (existsSync(`${peers}node_modules/pg-boss`)) return;
  console.log("bench/postgres/peers: installing what is measured beside us (28 MB, once)");
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["ci", ...flags], { cwd: peers, env: installEnvironment(), stdio: "inherit" });
}

async function openDatabase(): Promise<{ database: BenchDatabase; close(): Promise<void> }> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== "") return { database: { uri: given, pid: null }, close: async () => undefined };
  const server = await startPostgres({ durable: true });
  const [pid] = readFileSync(`${server.folder}/data/postmaster.pid`, "utf8").split("\n");
  return { database: { uri: server.uri, pid: Number(pid) }, close: server.stop };
}

/** The one in the middle, by rate. */
function middle(all: readonly Measured[]): Measured {
  const rate = quantile(
    all.map((one) => one.rate),
    0.5,
  );
  return all.find((one) => one.rate === rate) as Measured;
}

const fixed = (value: number, digits = 2): string => value.toFixed(digits);

function printRow(name: string, { rate, clientMs, serverMs }: Measured): void {
  const cpu = `${fixed(clientMs)} + ${serverMs === null ? "?" : fixed(serverMs)}`;
  console.log(`${name.padEnd(52)}${rate.toFixed(0).padStart(8)} /s ${cpu.padStart(16)} ms`);
}

function printRatio(name: string, value: number, goal: number): void {
  console.log(`${name.padEnd(76)}${fixed(value)}x  (goal ${goal}x${value >= goal ? "" : ": NO"})`);
}

const cpuOf = ({ clientMs, serverMs }: Measured): number => clientMs + (serverMs ?? 0);

const { database, close } = await openDatabase();
try {
  installPeers();
  const ours = await bundledProgram("bench/postgres/programs/embedded-program.ts");
  const rows: [name: string, once: () => Promise<Measured>, all: Measured[]][] = [
    ["single-row insert transactions, 16 clients", () => measure(database, `${peers}inserts.mjs`, 8000), []],
    ["runs without steps, embedded", () => measure(database, ours, 4000, { KIND: "none" }), []],
    ["runs of two steps, embedded", () => measure(database, ours, 2000, { KIND: "two" }), []],
    ["DBOS: workflows of two steps", () => measure(database, `${peers}dbos.mjs`, 500), []],
    ["pg-boss: jobs", () => measure(database, `${peers}pg-boss.mjs`, 2000), []],
    ["graphile-worker: jobs", () => measure(database, `${peers}graphile-worker.mjs`, 2000), []],
    ["runs of two steps, one node, app over HTTP", () => measureNodes(database, 1, 1500), []],
    ["runs of two steps, two nodes, app over HTTP", () => measureNodes(database, 2, 1500), []],
  ];
  for (let round = 0; round < rounds; round += 1) for (const [, once, all] of rows) all.push(await once());
  const found = rows.map(([, , all]) => middle(all)) as [Measured, Measured, Measured, Measured, ...Measured[]];
  const [inserts, none, two, dbos] = found;
  const [one, both] = found.slice(6) as [Measured, Measured];
  console.log(
    `Node ${process.version}, ${cpus().length} CPUs for everything; the middle of ${rounds} rounds. CPU: of clients or engines, and of the database, for each.\n`,
  );
  rows.forEach(([name], index) => void printRow(name, found[index] as Measured));
  console.log("");
  printRatio("two-step workflows of one node, embedded, of DBOS's", two.rate / dbos.rate, 5);
  printRatio("runs without steps, of inserts", none.rate / inserts.rate, 1);
  printRatio("two nodes, of one, as it was", both.rate / one.rate, 1.6);
  // What engines need of the machine for each run, twice the engines for it.
  const byEngines = (2 * one.clientMs) / both.clientMs;
  printRatio("two nodes, of one, if engines were the limit: by their CPU seconds for a run", byEngines, 1.6);
  if (both.serverMs !== null)
    console.log(
      `CPU of engines and database for a run: ${fixed(cpuOf(one))} ms with one node, ${fixed(cpuOf(both))} ms with two`,
    );
} finally {
  await close();
}
process.exit(0);
