/** examples/tiktok-harvester in this process, by the clock. What it does when things die: examples/tiktok-harvester/e2e. */
import { serve } from "@hono/node-server";
import pg from "pg";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { closeDatabase } from "../../examples/tiktok-harvester/lib/database.ts";
import { domainsIn } from "../../examples/tiktok-harvester/lib/videos.ts";
import { startOutside } from "../../examples/tiktok-harvester/outside/outside.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { createManualClock } from "../helpers/manual-clock.ts";
import { postgresUri } from "../helpers/postgres-uri.ts";

afterEach(() => void vi.unstubAllEnvs());

/** A schema of its own, which connections of this address use. */
async function ownDatabase(): Promise<string> {
  const schema = "tiktok_harvester_test";
  const uri = new URL(postgresUri());
  const client = new pg.Client({ connectionString: uri.href });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
  onTestFinished(async () => {
    await closeDatabase();
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
  });
  uri.searchParams.set("options", `-c search_path=${schema}`);
  return uri.href;
}

test("discovers every ten minutes and checks its health every five, also while the kill switch is on", async () => {
  const outside = await startOutside();
  onTestFinished(() => outside.close());
  // Apps have the machine's clock: what they send must not lie in this one's future.
  const hour = 3_600_000;
  const clock = createManualClock(Math.ceil(Date.now() / hour) * hour + 60_000);
  const { server, api } = await startLocalEngine({ clock });
  const env = { ...outside.env, DATABASE_URL: await ownDatabase(), INNGEST_DEV: server.url, ADMIN_API_KEY: "key" };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { routesFetch } = await import("../../examples/tiktok-harvester/routes-fetch.ts");
  const port = await new Promise<number>((resolve) => {
    const app = serve({ fetch: routesFetch, port: 0, hostname: "127.0.0.1" }, (at) => resolve(at.port));
    onTestFinished(() => {
      if ("closeAllConnections" in app) app.closeAllConnections();
      return new Promise<void>((closed) => void app.close(() => closed()));
    });
  });
  const url = `http://127.0.0.1:${port}/api`;
  expect(await server.engine.syncUrl(`${url}/inngest`)).toMatchObject({ kind: "registered" });
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 8; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const statusesOf = async (job: string): Promise<string[]> =>
    (await api.runs("?limit=100")).filter((run) => run.function_slug.endsWith(job)).map(({ status }) => status);
  await clock.advance(10 * 60_000, idle);
  await eventually("three harvests", async () => (await statusesOf("domain-extract")).length === 3 || null);
  expect(await statusesOf("discovery-scheduled")).toEqual(["Completed"]);
  expect(await statusesOf("health-check")).toEqual(["Completed", "Completed"]);

  const headers = { authorization: "Bearer key" };
  const body = JSON.stringify({ reason: "High error rate", requestedBy: "ana@example.com" });
  expect((await fetch(`${url}/admin/kill-switch`, { method: "POST", headers, body })).status).toBe(200);
  await clock.advance(10 * 60_000, idle);
  await eventually("two checks more", async () => (await statusesOf("health-check")).length === 4 || null);
  await eventually(
    "their ends",
    async () => (await statusesOf("health-check")).every((one) => one === "Completed") || null,
  );
  expect(await statusesOf("discovery-scheduled")).toEqual(["Completed"]);
});

test("finds domains in texts, in small letters, each once", () => {
  expect(domainsIn(["at https://Shop.Example/x?y=z.w", "not v1.2 nor a.b", "shop.example"])).toEqual(["shop.example"]);
});
