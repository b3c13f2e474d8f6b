/**
 * Through a PgBouncer in transaction mode, which gives each transaction another connection of the server. Debian's package
 * `pgbouncer` must be there: the summary names this test as skipped where it is not. Its server is that of global-setup.ts.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { makeEvent, makeStart, t0, write } from "../conformance/store-records.ts";
import { eventually } from "../helpers/eventually.ts";
import { freePort } from "../helpers/free-port.ts";
import { newNamespace, postgresUri } from "../helpers/postgres-uri.ts";
import { tempDirectory } from "../helpers/temp-directory.ts";

const isInstalled = spawnSync("pgbouncer", ["--version"]).status === 0;

/** Resolves with the address of the database behind it. */
async function startPooler(): Promise<string> {
  const folder = await tempDirectory("pgbouncer");
  const port = await freePort();
  const server = new URL(postgresUri().replace(/^postgres(ql)?:/, "http:"));
  const [user, password] = [decodeURIComponent(server.username), decodeURIComponent(server.password)];
  await writeFile(join(folder, "users.txt"), `"${user}" "${password}"\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    [
      "[databases]",
      `* = host=${server.hostname} port=${server.port} password=${password}`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      "auth_type = plain",
      `auth_file = ${join(folder, "users.txt")}`,
      "pool_mode = transaction",
      "default_pool_size = 3",
      "max_client_conn = 100",
    ].join("\n"),
  );
  await chmod(folder, 0o755);
  // It refuses to run as root.
  const args = [...(process.getuid?.() === 0 ? ["-u", "postgres"] : []), join(folder, "pgbouncer.ini")];
  const child = spawn("pgbouncer", args, { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let log = "";
  child.stderr.on("data", (text: Buffer) => {
    log += String(text);
  });
  await eventually("the pooler to listen", () => (/process up/.test(log) ? true : null));
  return `postgres://${server.username}:${server.password}@127.0.0.1:${port}${server.pathname}`;
}

test.skipIf(!isInstalled)(
  "a PgBouncer in transaction mode may stand in between (Debian package pgbouncer)",
  async () => {
    const uri = await startPooler();
    const namespace = newNamespace();
    const stores = [1, 2].map(() => openPostgresStore({ uris: [uri], namespace, connections: 6 }));
    onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
    const heard: string[] = [];
    await Promise.all(stores.map((store) => store.peers?.start(({ kind }) => heard.push(kind))));
    const ids = Array.from({ length: 120 }, (_, n) => `E${n}`);
    const claim = { now: t0, leaseUntil: t0 + 60_000, limit: 1 };
    const results = await Promise.all(
      ids.map((id, n) =>
        stores[n % 2]?.commit(
          write({ events: [makeEvent(id)], starts: [makeStart(`R-${id}`, { eventIds: [id] })] }),
          claim,
        ),
      ),
    );
    expect(results.filter((result) => result?.ok && result.claimed.length === 1)).toHaveLength(ids.length);
    expect(await stores[0]?.listRuns({ status: "Running", limit: 1_000 })).toHaveLength(ids.length);
    const items = results.flatMap((result) => (result?.ok ? result.claimed : []));
    const settled = await Promise.all(
      items.map(({ id, fence }, n) => stores[(n + 1) % 2]?.commit({ lease: { itemId: id, fence } })),
    );
    expect(settled.every((result) => result?.ok)).toBe(true);
    expect(await stores[1]?.nextDueAt()).toBeNull();
  },
);
