/** examples/pubhub through a real engine over HTTP. The whole app, from outside: `npm run test:examples`. */
import { expect, onTestFinished, test, vi } from "vitest";
import { listen } from "../../examples/pubhub/outside/http.ts";
import { type Outside, startOutside } from "../../examples/pubhub/outside/outside.ts";
import { type Api, createApi } from "../../examples/pubhub/src/lib/api.ts";
import { createApp } from "../../examples/pubhub/src/supabase/functions/make-server-dc1f2437/app.ts";
import { openSqliteKv } from "../../examples/pubhub/src/supabase/functions/make-server-dc1f2437/kv-sqlite.ts";
import { createServices } from "../../examples/pubhub/src/supabase/functions/make-server-dc1f2437/services.ts";
import { readSettings } from "../../examples/pubhub/src/supabase/functions/make-server-dc1f2437/settings.ts";
import type { StepwellServer } from "../../server/src/main.ts";
import { eventually } from "../helpers/eventually.ts";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { createManualClock } from "../helpers/manual-clock.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface PubHub {
  outside: Outside;
  server: StepwellServer;
  ana: Api;
}

async function startPubHub(options: Parameters<typeof startLocalEngine>[0] = {}): Promise<PubHub> {
  const { server } = await startLocalEngine(options);
  const outside = await startOutside();
  onTestFinished(() => outside.close());
  vi.stubEnv("INNGEST_DEV", server.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const kv = openSqliteKv(":memory:");
  let handler: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const app = await listen((request) => handler(request));
  onTestFinished(async () => {
    await app.close();
    await kv.close();
  });
  const env = { ...outside.env, INNGEST_BASE_URL: server.url, PUBLIC_URL: app.url };
  const pubhub = createApp(createServices(readSettings(env), kv), silent);
  handler = (request) => pubhub.fetch(request);
  expect(await server.engine.syncUrl(`${app.url}/make-server-dc1f2437/inngest`)).toMatchObject({ kind: "registered" });
  const ana = createApi(await outside.clerk.tokenOf("ana"), app.url);
  return { outside, server, ana };
}

/** Connects Reddit as the browser does, and makes a project whose keywords are found. */
async function connectedProject({ ana }: PubHub, subreddits: string[]): Promise<string> {
  const { url } = await ana.connectReddit();
  await (await fetch(url)).body?.cancel();
  const { id } = await ana.createProject({ name: "Jobs", description: "durable jobs", persona: "", subreddits });
  await eventually("keywords", async () => (await ana.projects())[0]?.keywords.length || null);
  return id;
}

test("pubhub scans in the background, tells by mail, and refuses the eleventh scan of an hour", async () => {
  const pubhub = await startPubHub();
  const { outside, ana } = pubhub;
  outside.reddit.post("webdev", { title: "Which queue?" });
  outside.reddit.post("webdev", { title: "Holiday" });
  outside.reddit.post("node", { title: "Durable jobs", minutes: 3000 });
  const id = await connectedProject(pubhub, ["webdev", "node"]);
  const started = await ana.scanHistory(id, ["webdev", "node"]);
  expect(started).toMatchObject({ status: "scanning", message: "Scan started in background...", subreddits: 2 });
  const scan = await eventually("the end of the scan", async () => {
    const [last] = (await ana.getState(id)).scans;
    return last?.status === "scanning" ? null : last;
  });
  expect(scan).toMatchObject({ status: "completed", scanned: 2, newItems: 1, error: null });
  expect((await ana.getFeed(id)).map(({ title }) => title)).toEqual(["Which queue?"]);
  await eventually("a mail", () => outside.smtp.mails.length || null);
  expect(outside.smtp.mails[0]).toMatchObject({ to: ["ana@example.com"] });
  expect(outside.smtp.mails[0]?.raw).toContain("Subject: The scan for Jobs found 1 new item\r\n");
  for (let n = 2; n <= 10; n += 1) await ana.scanHistory(id, ["webdev"]);
  await expect(ana.scanHistory(id, ["webdev"])).rejects.toThrow("10 scans an hour are allowed. Try again later.");
  const ended = await eventually("the end of all scans", async () => {
    const statuses = (await ana.getState(id)).scans.map(({ status }) => status);
    return statuses.includes("scanning") || outside.smtp.mails.length < 10 ? null : statuses;
  });
  expect(ended.filter((status) => status === "refused")).toEqual(["refused"]);
});

test("pubhub looks every fifteen minutes", async () => {
  // The app has the machine's clock: what it sends must not lie in the engine's future.
  const minutes = 60_000;
  const clock = createManualClock(Math.ceil(Date.now() / (15 * minutes)) * 15 * minutes + minutes);
  const pubhub = await startPubHub({ clock });
  const { outside, ana, server } = pubhub;
  const id = await connectedProject(pubhub, ["webdev"]);
  outside.reddit.post("webdev", { title: "A queue in the night" });
  const idle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 8; quiet = server.engine.running().length === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  };
  await clock.advance(5 * minutes, idle);
  expect(await ana.getFeed(id)).toEqual([]);
  await clock.advance(10 * minutes, idle);
  await eventually("an item", async () => (await ana.getFeed(id)).length || null);
  expect((await ana.projects())[0]?.last_scan).not.toBeNull();
});
