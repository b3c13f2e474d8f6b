/**
 * What the e2e tests of PubHub share: the engine and the app in processes of their own, in `start` mode with keys; Postgres;
 * and the world outside. Any of them can be killed and started again. Called by the tests beside it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import { createEngineApi, type EngineApi, type RunJson } from "../../../test/helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../../../test/helpers/engine-process.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { bundledExample, type ExampleApp, startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { type PostgresServer, startPostgres } from "../../../test/helpers/postgres-server.ts";
import { root } from "../../../test/repo/root.ts";
import { type Outside, startOutside } from "../outside/outside.ts";
import { type Api, createApi } from "../src/lib/api.ts";
import type { ScanWithParts } from "../src/supabase/functions/make-server-dc1f2437/state.ts";

export const folder: string = join(root, "examples/pubhub");
const keys = { signingKey: "signkey-test-5ec2e75ec2e75ec2e7", eventKey: "event-key-of-pubhub" };

export interface Stage {
  outside: Outside;
  app: ExampleApp;
  api: EngineApi;
  appApi: string;
  engine(): EngineProcess;
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  /** A user with a Reddit account, unless told otherwise. */
  user(name: string, connected?: boolean): Promise<Api>;
  /** A project whose keywords are there: queue, jobs, durable. */
  project(user: Api, subreddits: string[], name?: string): Promise<string>;
  /** The newest scan, once it is not under way any more. */
  endedScan(user: Api, projectId: string): Promise<ScanWithParts>;
  /** Runs of a function whose event has the project's id, oldest first. */
  runsOf(functionId: string, projectId: string): Promise<RunJson[]>;
  close(): Promise<void>;
}

/** Variables by which the app finds everything. */
export function appEnvironment(
  outside: Outside,
  engineUrl: string,
  postgres: PostgresServer,
  port: number,
): Record<string, string> {
  return {
    ...outside.env,
    DATABASE_URL: postgres.uri,
    REDDIT_TIMEOUT_MS: "1500",
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    INNGEST_DEV: "0",
    INNGEST_BASE_URL: engineUrl,
    INNGEST_SIGNING_KEY: keys.signingKey,
    INNGEST_EVENT_KEY: keys.eventKey,
  };
}

/** Starts the app by a command, on Node unless told otherwise. */
export type StartApp = (port: number, env: Record<string, string>) => Promise<ExampleApp>;

const startOnNode: StartApp = async (port, env) =>
  startExample([process.execPath, await bundledExample("examples/pubhub/src/server.ts")], port, env, folder);

export async function openStage(dataFolder: string, startApp: StartApp = startOnNode): Promise<Stage> {
  const postgres = await startPostgres();
  const outside = await startOutside();
  const [port, enginePort] = [await freePort(), await freePort()];
  const appApi = `http://127.0.0.1:${port}/make-server-dc1f2437`;
  const flags = ["--signing-key", keys.signingKey, "--event-key", keys.eventKey, "--data", dataFolder];
  const more = ["--retry-interval", "1", "--poll-interval", "1", "--sdk-url", `${appApi}/inngest`];
  let engine = await startEngineProcess("start", enginePort, [...flags, ...more]);
  const app = await startApp(port, appEnvironment(outside, engine.url, postgres, port));
  const api = createEngineApi(engine.url, keys);
  const isSynced = async (): Promise<true | null> => {
    const response = await api.fetch("/v2/functions");
    const { data } = (await response.json()) as { data: { slug: string }[] };
    return data.filter(({ slug }) => !slug.endsWith("-failure")).length === 4 ? true : null;
  };
  await eventually("the app's four functions", isSynced, 50).catch((cause: unknown) => {
    throw new Error(`The app was not synced.\n${engine.output()}\n${app.output()}`, { cause });
  });
  const stage: Stage = {
    outside,
    app,
    api,
    appApi,
    engine: () => engine,
    killEngine: () => engine.kill(),
    async startEngine() {
      engine = await startEngineProcess("start", enginePort, [...flags, ...more]);
      await eventually("the app's four functions", isSynced, 50);
    },
    async user(name, connected = true) {
      const user = createApi(await outside.clerk.tokenOf(name), app.url);
      if (connected) {
        const { url } = await user.connectReddit();
        await (await fetch(url)).body?.cancel();
      }
      return user;
    },
    async project(user, subreddits, name = "Jobs") {
      const { id } = await user.createProject({ name, description: "durable jobs", persona: "Be kind.", subreddits });
      await eventually("keywords", async () => (await user.getState(id)).project?.keywords.length || null, 50);
      return id;
    },
    endedScan: (user, projectId) =>
      eventually(
        "the end of a scan",
        async () => {
          const [scan] = (await user.getState(projectId)).scans;
          return scan === undefined || scan.status === "scanning" ? null : scan;
        },
        50,
      ),
    async runsOf(functionId, projectId) {
      const query = encodeURIComponent(`event.data.projectId == "${projectId}"`);
      const response = await api.fetch(`/v2/runs?functionId=pubhub-${functionId}&query=${query}&order=asc&limit=100`);
      const { data } = (await response.json()) as { data: { id: string }[] };
      return Promise.all(data.map(({ id }) => api.run(id)));
    },
    async close() {
      await app.kill();
      await engine.kill();
      await outside.close();
      await postgres.stop();
    },
  };
  return stage;
}

/** Waits until something holds. */
export const until = (what: string, holds: () => boolean): Promise<true> => eventually(what, () => holds() || null, 20);

/** Puts the world outside right again when a test ends. */
function mendAfterwards({ outside: { reddit, ai, smtp } }: Stage): void {
  onTestFinished(() => {
    reddit.release();
    for (const bad of [reddit.busy, reddit.broken, reddit.brokenOff, reddit.forbidden]) bad.clear();
    Object.assign(ai, { azureBroken: 0, openRouterBroken: 0 });
    smtp.busy = 0;
  });
}

/** One stage for all tests of a file, put right again after each. */
export function sharedStage(startApp?: StartApp): () => Stage {
  let stage: Stage | null = null;
  let data = "";
  const current = (): Stage => {
    if (stage === null) throw new Error("The stage was not opened.");
    return stage;
  };
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "pubhub-e2e-"));
    stage = await openStage(data, startApp);
  });
  afterAll(async () => {
    await stage?.close();
    await rm(data, { recursive: true, force: true, maxRetries: 3 });
  });
  beforeEach(() => mendAfterwards(current()));
  return current;
}

/** Mails whose subject begins like this. */
export const mailsAbout = ({ outside }: Stage, subject: string) =>
  outside.smtp.mails.filter(({ raw }) => raw.includes(`Subject: ${subject}`));
