import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("Koa 3", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "koa");
  const app = await startApp(folder, process.execPath, () => ["main.mjs"], engine);
  await expectCompletedRun(engine, app, { framework: "koa" });
});
