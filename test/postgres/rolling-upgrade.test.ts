/**
 * Engines of two releases on one Postgres: what a newer one has added does not trouble an older one, until a migration says that
 * it must. In a database of its own, since the version is that of a whole database. The server is that of
 * test/postgres/global-setup.ts.
 */
import { randomUUID } from "node:crypto";
import { Inngest } from "stepwell";
import { createServer } from "stepwell/node";
import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../server/src/store/postgres/migrate.ts";
import { openPostgresStore } from "../../server/src/store/postgres/open-store.ts";
import { createConnections } from "../../server/src/store/postgres/wire/connections.ts";
import { createDriver } from "../../server/src/store/postgres/wire/driver.ts";
import { eventually } from "../helpers/eventually.ts";
import { serveLocally, startLocalEngine } from "../helpers/local-engine.ts";
import { postgresUri } from "../helpers/postgres-uri.ts";
import { runCommand } from "../server/cli/fake-terminal.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function send(uri: string, text: string): Promise<Record<string, unknown>[]> {
  const connection = await createDriver([uri], "test").connect();
  try {
    const [result] = await connection.send([{ text, values: [] }]);
    return [...(result?.rows ?? [])];
  } finally {
    await connection.close();
  }
}

async function newDatabase(): Promise<string> {
  const name = `upgrade_${randomUUID().slice(0, 8)}`;
  await send(postgresUri(), `CREATE DATABASE ${name}`);
  onTestFinished(async () => {
    await send(postgresUri(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
  const uri = new URL(postgresUri());
  uri.pathname = `/${name}`;
  return uri.href;
}

/** What an engine of a later release does when it starts. */
async function upgrade(uri: string, version: number, minVersion: number, sql: string): Promise<void> {
  const connections = createConnections({ driver: createDriver([uri], "test"), max: 1, patienceMs: 5_000 });
  await migrate(connections, "here", [{ version, name: `0${version}_later`, sql, minVersion }]);
  await connections.close();
}

test("an older engine works on beside a newer one, keeps what it does not know, and is refused when it must be", async () => {
  const uri = await newDatabase();
  const errors: unknown[] = [];
  const logger = { ...silent, error: (...said: unknown[]) => void errors.push(said) };
  const engine = await startLocalEngine({ store: { uri, connections: 4 }, logger });
  const client = new Inngest({ id: "shop", isDev: true, baseUrl: engine.server.url, logger: silent });
  const run = client.createFunction({ id: "f", triggers: [{ event: "shop/go" }] }, ({ step }) =>
    step.run("once", () => "done"),
  );
  const app = createServer({ client, functions: [run] });
  const { origin } = await serveLocally((request, response) => app.emit("request", request, response));
  await engine.server.engine.syncUrl(`${origin}/api/inngest`);
  const works = async (): Promise<void> => {
    const [id = ""] = await engine.api.send({ name: "shop/go" });
    expect(await engine.api.endedRuns(id)).toMatchObject([{ status: "Completed", output: "done" }]);
  };
  await works();

  const additions = [
    "ALTER TABLE stepwell.runs ADD COLUMN colour text",
    "ALTER TABLE stepwell.queue ADD COLUMN colour text NOT NULL DEFAULT 'red'",
    "CREATE TABLE stepwell.colours (ns text NOT NULL, name text NOT NULL, PRIMARY KEY (ns, name))",
  ];
  await upgrade(uri, 900, 1, additions.join(";\n"));
  await works();
  // A kind of item of the newer release, due long ago, with what the older one cannot read.
  await send(
    uri,
    `INSERT INTO stepwell.queue (ns, id, kind, function_id, attempt, max_attempts, due_at, rank, fence, ready, crashes,
      suspicion, payload, colour) VALUES ('default', 'later', 'paint', '', 0, 4, 1, 1, 0, false, 0, 0, '{"with":"brush"}', 'blue')`,
  );
  const row = await eventually("the older engine to put it back", async () => {
    const [found] = await send(
      uri,
      "SELECT kind, payload, colour, due_at FROM stepwell.queue WHERE id = 'later' AND fence > 0 AND leased_until IS NULL",
    );
    return found ?? null;
  });
  expect(row).toMatchObject({ kind: "paint", payload: '{"with":"brush"}', colour: "blue" });
  expect(Number(row["due_at"])).toBeGreaterThan(Date.now());
  const beside = openPostgresStore({ uris: [uri], connections: 2 });
  expect(await beside.listFunctions()).toMatchObject([{ slug: "shop-f" }]);
  await beside.close();
  expect((await runCommand(["migrate", "--status", "--postgres-uri", uri])).out).toMatch(
    /version 900, made by a newer release that this one works with/,
  );

  await upgrade(uri, 901, 901, "ALTER TABLE stepwell.runs ADD COLUMN shade text");
  const refused = {
    code: "store_newer",
    message: expect.stringMatching(/needs an engine that knows version 901.*Update/),
  };
  // The one that is at work when that happens takes nothing more.
  await expect(engine.api.send({ name: "shop/go" })).rejects.toThrow(/needs an engine that knows version 901/);
  await eventually("it to say so in its log", () =>
    JSON.stringify(errors).includes("takes no more work. The database") ? true : null,
  );
  expect(engine.server.leads()).toBe(false);
  const older = openPostgresStore({ uris: [uri], connections: 2 });
  await expect(older.listFunctions()).rejects.toMatchObject(refused);
  await older.close();
  for (const args of [["migrate"], ["migrate", "--status"], ["export", "-"]])
    expect((await runCommand([...args, "--postgres-uri", uri])).error).toMatchObject(refused);
});
