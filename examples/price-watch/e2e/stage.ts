/**
 * What the e2e tests of price-watch share: the engine and the built app in processes of their own, in `start` mode with keys;
 * Postgres; and the world outside. Engine and app can be killed and started again. Called by the tests beside it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest";
import { createEngineApi, type EngineApi, type RunJson } from "../../../test/helpers/engine-api.ts";
import { type EngineProcess, startEngineProcess } from "../../../test/helpers/engine-process.ts";
import { eventually } from "../../../test/helpers/eventually.ts";
import { type ExampleApp, startExample } from "../../../test/helpers/example-app.ts";
import { freePort } from "../../../test/helpers/free-port.ts";
import { explainSkip, isUnreachable } from "../../../test/helpers/packed-sdk.ts";
import { startPostgres } from "../../../test/helpers/postgres-server.ts";
import { type Outside, startOutside } from "../outside/outside.ts";
import type { Provider } from "../src/lib/competitors/providers.ts";
import type { ProviderView, ScrapeLog } from "../src/lib/competitors/views.ts";
import { installBuilt, nextOf } from "./installed.ts";

const keys = { signingKey: "signkey-test-5ec2e75ec2e75ec2e7", eventKey: "event-key-of-price-watch" };

export interface Stage {
  outside: Outside;
  app: ExampleApp;
  api: EngineApi;
  killEngine(): Promise<void>;
  startEngine(): Promise<void>;
  admin<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }>;
  /** A competitor whose pages hold these products. */
  provider(
    slug: string,
    pages: Record<string, [string, string][]>,
    frequency?: Provider["scrape_frequency"],
  ): Promise<Provider>;
  view(slug: string): Promise<ProviderView>;
  /** Asks for a scrape, and waits for its end. */
  scrape(provider: Provider): Promise<ScrapeLog>;
  endedLog(slug: string, logId?: string): Promise<ScrapeLog>;
  /** The run that works on a scrape log. */
  runOf(logId: string): Promise<RunJson>;
  close(): Promise<void>;
}

async function openStage(dataFolder: string): Promise<Stage> {
  const built = await installBuilt();
  const [postgres, outside] = [await startPostgres(), await startOutside()];
  const [port, enginePort] = [await freePort(), await freePort()];
  const sdkUrl = `http://127.0.0.1:${port}/api/inngest`;
  const flags = ["--signing-key", keys.signingKey, "--event-key", keys.eventKey, "--data", dataFolder];
  const more = ["--retry-interval", "1", "--poll-interval", "1", "--sdk-url", sdkUrl];
  const startEngine = () => startEngineProcess("start", enginePort, [...flags, ...more]);
  let engine: EngineProcess = await startEngine();
  const app = await startExample(
    [process.execPath, nextOf(built), "start", "-H", "127.0.0.1", "-p", String(port)],
    port,
    {
      ...outside.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: postgres.uri,
      INNGEST_DEV: "0",
      INNGEST_BASE_URL: engine.url,
      INNGEST_SIGNING_KEY: keys.signingKey,
      INNGEST_EVENT_KEY: keys.eventKey,
    },
    built,
  );
  const api = createEngineApi(engine.url, keys);
  const synced = () =>
    eventually(
      "the app's three functions",
      async () => {
        const { data } = (await (await api.fetch("/v2/functions")).json()) as { data: { slug: string }[] };
        return data.filter(({ slug }) => !slug.endsWith("-failure")).length === 3 || null;
      },
      50,
    ).catch((cause: unknown) => {
      throw new Error(`The app was not synced.\n${engine.output()}\n${app.output()}`, { cause });
    });
  await synced();
  const admin: Stage["admin"] = async <T>(method: string, path: string, body?: object) => {
    const headers = { authorization: `Basic ${btoa("admin:secret")}`, "content-type": "application/json" };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${app.url}/api/admin/${path}`, init);
    return { status: response.status, body: (await response.json()) as T };
  };
  const view: Stage["view"] = async (slug) => {
    const { body } = await admin<ProviderView[]>("GET", "competitors");
    const found = body.find((one) => one.slug === slug);
    if (found === undefined) throw new Error(`There is no provider ${slug}: ${JSON.stringify(body)}`);
    return found;
  };
  const endedLog: Stage["endedLog"] = (slug, logId) =>
    eventually(
      "the end of a scrape",
      async () => {
        const { logs } = await view(slug);
        const log = logId === undefined ? logs[0] : logs.find(({ id }) => id === logId);
        return log?.status === "completed" || log?.status === "failed" ? log : null;
      },
      50,
    );
  return {
    outside,
    app,
    api,
    killEngine: () => engine.kill(),
    async startEngine() {
      engine = await startEngine();
      await synced();
    },
    admin,
    async provider(slug, pages, frequency = "manual") {
      for (const [name, products] of Object.entries(pages)) outside.pages.set(`${slug}/${name}`, products);
      const scrape_urls = Object.keys(pages).map((name) => outside.page(`${slug}/${name}`));
      const provider = { slug, name: slug.toUpperCase(), scrape_urls, scrape_frequency: frequency };
      return (await admin<Provider>("POST", "competitors", provider)).body;
    },
    view,
    async scrape({ id, slug }) {
      const { body } = await admin<{ scrape_log_id: string }>("POST", "competitors/scrape", { provider_id: id });
      return endedLog(slug, body.scrape_log_id);
    },
    endedLog,
    runOf: (logId) =>
      eventually("a run", async () => {
        const query = encodeURIComponent(`event.data.scrape_log_id == "${logId}"`);
        const response = await api.fetch(`/v2/runs?functionId=circletel-competitor-scrape&query=${query}`);
        const { data } = (await response.json()) as { data: { id: string }[] };
        return data[0] === undefined ? null : api.run(data[0].id);
      }),
    async close() {
      await app.kill();
      await engine.kill();
      await outside.close();
      await postgres.stop();
    },
  };
}

/** One stage for all tests of a file, put right again after each. They are left out where Next.js cannot be installed. */
export function sharedStage(): () => Stage {
  let stage: Stage | null = null;
  let data = "";
  let missing: string | null = null;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "price-watch-e2e-"));
    stage = await openStage(data).catch((error: unknown) => {
      if (!isUnreachable(error)) throw error;
      missing = explainSkip("the tests of price-watch are", error);
      return null;
    });
  });
  afterAll(async () => {
    await stage?.close();
    await rm(data, { recursive: true, force: true, maxRetries: 3 });
  });
  beforeEach((context) => {
    if (missing !== null) context.skip(missing);
    onTestFinished(() => {
      stage?.outside.release();
      if (stage !== null) Object.assign(stage.outside, { busy: 0, broken: 0, alertsBroken: 0, withoutCredit: false });
    });
  });
  return () => {
    if (stage === null) throw new Error("The stage was not opened.");
    return stage;
  };
}
