import { it } from "vitest";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "./framework-app.ts";

it("Express 5", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "express");
  const app = await startApp(folder, process.execPath, () => ["main.mjs"], engine);
  await expectCompletedRun(engine, app, { framework: "express" });
});
