/** Postgres, engine, app and stand-ins of a test; engine and app in processes of their own that it may kill. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { onTestFinished } from "vitest";
import { createEngineApi, type EngineApi } from "../../../test/helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../../../test/helpers/engine-process.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { bundledExample, type ExampleApp, startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { type PostgresServer, startPostgres } from "../../../test/helpers/postgres-server.ts";
import { tempDirectory } from "../../../test/helpers/temp-directory.ts";
import { type Outside, startOutside } from "../outside/outside.ts";

export const adminKey = "admin-key-of-the-test";
const [eventKey, signingKey] = ["event-key-of-the-harvester", "c0ffee".repeat(10)];
const program = await bundledExample("examples/tiktok-harvester/host.ts");

export interface Answer<T> {
  status: number;
  body: { success: boolean; data: T; error?: string };
}

export interface Stage {
  outside: Outside;
  app: ExampleApp;
  api: EngineApi;
  database: pg.Client;
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  admin<T>(method: string, path: string, body?: object, key?: string): Promise<Answer<T>>;
  /** Runs of a job, newest first. */
  runsOf(job: string): Promise<{ id: string; status: string }[]>;
  /** Domains of each video. */
  domains(): Promise<Record<string, string[]>>;
  quiet(): Promise<true>;
}

export const harvested: Record<string, string[]> = {
  cats: ["cats-too.example", "cats.example"],
  dogs: ["dogs-too.example", "dogs.example"],
  birds: ["birds-too.example", "birds.example"],
};

/** One server for all tests of the file: it takes long to make. */
let server: Promise<PostgresServer> | null = null;

export async function stopPostgres(): Promise<void> {
  await (await server)?.stop();
  server = null;
}

/** A new database. @returns its address. */
async function createDatabase(): Promise<string> {
  server ??= startPostgres();
  const { uri } = await server;
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(uri), { pathname: `/${name}` }).href;
}

export async function createStage(env: Record<string, string> = {}): Promise<Stage> {
  const databaseUrl = await createDatabase();
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  onTestFinished(() => database.end());
  const outside = await startOutside();
  onTestFinished(() => outside.close());
  const data = await tempDirectory("harvester");
  const [enginePort, appPort] = [await freePort(), await freePort()];
  const engineUrl = `http://127.0.0.1:${enginePort}`;
  const settings = {
    ...outside.env,
    DATABASE_URL: databaseUrl,
    ADMIN_API_KEY: adminKey,
    INNGEST_BASE_URL: engineUrl,
    INNGEST_EVENT_KEY: eventKey,
    INNGEST_SIGNING_KEY: signingKey,
    INNGEST_DEV: "0",
    ...env,
  };
  const app = await startExample([process.execPath, program], appPort, settings);
  onTestFinished(() => app.kill());
  const api = createEngineApi(engineUrl, { eventKey, signingKey });
  let engine: EngineProcess | null = null;
  const list = async <T>(path: string): Promise<T[]> => {
    const response = await api.fetch(path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { data: T[] }).data;
  };
  const stage: Stage = {
    outside,
    app,
    api,
    database,
    async killEngine() {
      await engine?.kill();
      engine = null;
    },
    async startEngine() {
      const keys = ["--signing-key", signingKey, "--event-key", eventKey, "--retry-interval", "1"];
      engine = await startEngineProcess("start", enginePort, ["--data", data, ...keys, "-u", `${app.url}/api/inngest`]);
      await eventually("the functions", async () => {
        const response = await api.fetch("/v2/functions/tiktok-domain-harvester-comment-harvest");
        return response.ok || null;
      });
    },
    async admin<T>(method: string, path: string, body?: object, key = adminKey) {
      const response = await fetch(`${app.url}/api/admin/${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Answer<T>["body"] };
    },
    runsOf: (job) => list(`/v2/runs?limit=100&functionId=tiktok-domain-harvester-${job}`),
    async domains() {
      const { rows } = await database.query<{ video_id: string; all: string[] }>(
        "SELECT video_id, array_agg(domain ORDER BY domain) AS all FROM domains GROUP BY video_id",
      );
      return Object.fromEntries(rows.map(({ video_id, all }) => [video_id, all]));
    },
    quiet: () =>
      eventually("the end of all runs", async () => {
        const open = await list("/v2/runs?limit=1&status=QUEUED,RUNNING");
        return open.length === 0 || null;
      }),
  };
  await stage.startEngine();
  onTestFinished(() => stage.killEngine());
  // The app makes its tables when it is asked first.
  await stage.api.send({ name: "tiktok/maintenance.cleanup", data: {} });
  await stage.quiet();
  return stage;
}
