/** examples/price-watch through a real engine and on Postgres, without Next.js around its routes. The whole app: `npm run test:examples`. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Outside, startOutside } from "../../examples/price-watch/outside/outside.ts";
import * as competitors from "../../examples/price-watch/src/app/api/admin/competitors/route.ts";
import * as scrape from "../../examples/price-watch/src/app/api/admin/competitors/scrape/route.ts";
import { parsePrice } from "../../examples/price-watch/src/lib/competitors/normalize.ts";
import type { Provider } from "../../examples/price-watch/src/lib/competitors/providers.ts";
import type { ProviderView } from "../../examples/price-watch/src/lib/competitors/views.ts";
import { closeDatabase } from "../../examples/price-watch/src/lib/database.ts";
import { listen } from "../../examples/pubhub/outside/http.ts";
import type { StepwellServer } from "../../server/src/main.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { createManualClock } from "../helpers/manual-clock.ts";
import { uriVariable } from "./global-setup.ts";

const base = process.env[uriVariable] ?? "";
const schema = `price_watch_${randomUUID().replaceAll("-", "")}`;

async function askPostgres(query: string): Promise<void> {
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  await client.query(query);
  await client.end();
}

beforeAll(() => askPostgres(`create schema ${schema}`));
afterAll(async () => {
  await closeDatabase();
  await askPostgres(`drop schema ${schema} cascade`);
});

interface Route {
  [method: string]: ((request: Request) => Promise<Response>) | undefined;
}

async function startApp(outside: Outside, server: StepwellServer): Promise<void> {
  const uri = new URL(base);
  uri.searchParams.set("options", `-csearch_path=${schema}`);
  const env = { ...outside.env, DATABASE_URL: uri.href, INNGEST_DEV: server.url };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { GET, POST, PUT } = await import("../../examples/price-watch/src/app/api/inngest/route.ts");
  const handlers: Record<string, (request: Request) => Promise<Response>> = { GET, POST, PUT };
  const app = await listen((request) => handlers[request.method]?.(request) ?? new Response(null, { status: 405 }));
  onTestFinished(() => app.close());
  const synced = await server.engine.syncUrl(`${app.url}/api/inngest`);
  expect(synced).toMatchObject({ kind: "registered" });
}

async function admin<T>(route: Route, method: string, body?: object): Promise<T> {
  const headers = { authorization: `Basic ${btoa("admin:secret")}` };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await route[method]?.(new Request("http://app", { method, headers, ...init }));
  return (await response?.json()) as T;
}

const viewOf = async (slug: string): Promise<ProviderView | undefined> =>
  (await admin<ProviderView[]>(competitors, "GET")).find((one) => one.slug === slug);

const day = 86_400_000;
const minute = 60_000;

describe("price-watch", () => {
  test("scrapes every day at four, and tries again after longer and longer times", async () => {
    // The app has the machine's clock: what it sends must not lie in the engine's future.
    const clock = createManualClock((Math.floor(Date.now() / day) + 1) * day + 4 * 60 * minute - minute);
    const outside = await startOutside();
    onTestFinished(() => outside.close());
    const { server, api } = await startLocalEngine({ clock, retryIntervalMs: null });
    await startApp(outside, server);
    outside.pages.set("mtn/all", [["Fibre 100 Mbps", "R 1 299,00 p/m"]]);
    const wanted = { slug: "mtn", name: "MTN", scrape_urls: [outside.page("mtn/all")], scrape_frequency: "daily" };
    const { id } = await admin<Provider>(competitors, "POST", wanted);
    const idle = async (): Promise<void> => {
      for (let quiet = 0; quiet < 8; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
        await new Promise((resolve) => setImmediate(resolve));
    };
    expect((await viewOf("mtn"))?.logs).toEqual([]);
    await clock.advance(minute, idle);
    const ended = () =>
      eventually("the end of a scrape", async () => {
        const log = (await viewOf("mtn"))?.logs[0];
        return log?.status === "completed" ? log : null;
      });
    expect(await ended()).toMatchObject({ trigger: "scheduled", products_found: 1, products_new: 1 });

    outside.pages.set("mtn/all", [["Fibre 100 Mbps", "R 1 099,00 p/m"]]);
    outside.broken = 2;
    const { scrape_log_id: logId } = await admin<{ scrape_log_id: string }>(scrape, "POST", { provider_id: id });
    const waits: number[] = [];
    for (let failed = 1; failed <= 2; failed += 1) {
      const retryAt = await eventually(`retry ${failed}`, async () => {
        const [run] = await api.runs("?function=circletel-competitor-scrape");
        const steps = (await api.steps(run?.run_id ?? "")) as {
          status: string;
          failed_attempts: object[];
          retry_at?: string;
        }[];
        return (
          steps.find((step) => step.status === "Retrying" && step.failed_attempts.length === failed)?.retry_at ?? null
        );
      });
      waits.push(Date.parse(retryAt) - clock.now());
      await clock.advance(waits.at(-1) ?? 0, idle);
    }
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
    expect(await ended()).toMatchObject({ id: logId, price_changes: 1 });
    const alert = await eventually("the alert", () => outside.alerts.get(logId) ?? null);
    expect(alert).toBe("MTN has changed 1 price:\n• Fibre 100 Mbps: R 1299.00 → R 1099.00 (-15.4 %)");
  });

  test.each([
    ["R 1 299,00 p/m", 129_900],
    ["R1,299.00", 129_900],
    ["R1.299,00", 129_900],
    ["R899", 89_900],
    ["899 pm", 89_900],
    ["R1,299", 129_900],
    [899.5, 89_950],
    ["on request", null],
  ])("reads the price %s", (written, cents) => {
    expect(parsePrice(written)).toBe(cents);
  });
});
