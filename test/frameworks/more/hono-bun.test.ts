import { readdirSync } from "node:fs";
import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("Bun: Hono, and its own routes", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "hono-bun");
  // The program itself, of whichever platform's package was installed.
  const [platform] = readdirSync(`${folder}/node_modules/@oven`);
  const bun = `${folder}/node_modules/@oven/${platform}/bin/bun`;
  const hono = await startApp(folder, bun, () => ["main.mjs"], engine);
  await expectCompletedRun(engine, hono, { framework: "hono" });
  const routes = await startApp(folder, bun, () => ["routes.mjs"], engine);
  await expectCompletedRun(engine, routes, { appId: "routes", framework: "bun" });
});
