import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("Express 4", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "express-4");
  const app = await startApp(folder, process.execPath, () => ["main.mjs"], engine);
  await expectCompletedRun(engine, app, { framework: "express" });
});
