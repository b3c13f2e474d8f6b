import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("Nuxt 4, built, with types checked", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "nuxt");
  const nuxt = "node_modules/nuxt/bin/nuxt.mjs";
  await runToEnd(folder, process.execPath, [nuxt, "build"], engine);
  await runToEnd(folder, process.execPath, [nuxt, "prepare"], engine);
  await runToEnd(folder, process.execPath, ["node_modules/vue-tsc/bin/vue-tsc.js", "-b", "--noEmit"], engine);
  const app = await startApp(folder, process.execPath, () => [".output/server/index.mjs"], engine);
  await expectCompletedRun(engine, app, { appId: "nuxt", framework: "nuxt" });
});
