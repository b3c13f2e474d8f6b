import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("Cloudflare Workers by wrangler dev: the adapter, and Hono", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "wrangler");
  // A worker has no environment but its own variables.
  const variables = ["--var", `INNGEST_DEV:${engine.server.url}`];
  const args = (main: string) => (port: number) => [
    "node_modules/wrangler/bin/wrangler.js",
    ...["dev", main, "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0", ...variables],
  ];
  const settings = { WRANGLER_SEND_METRICS: "false", CI: "1" };
  const worker = await startApp(folder, process.execPath, args("main.mjs"), engine, () => settings);
  await expectCompletedRun(engine, worker, { framework: "cloudflare-pages" });
  const hono = await startApp(folder, process.execPath, args("hono.mjs"), engine, () => settings);
  await expectCompletedRun(engine, hono, { appId: "worker-hono", framework: "hono" });
});
