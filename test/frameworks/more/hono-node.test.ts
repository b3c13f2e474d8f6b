import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("Hono on Node.js", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "hono-node");
  const app = await startApp(folder, process.execPath, () => ["main.mjs"], engine);
  await expectCompletedRun(engine, app, { framework: "hono" });
});
