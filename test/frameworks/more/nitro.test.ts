import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("Nitro 2, built, with types checked", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "nitro");
  const nitro = "node_modules/nitropack/dist/cli/index.mjs";
  await runToEnd(folder, process.execPath, [nitro, "prepare"], engine);
  await runToEnd(folder, process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"], engine);
  await runToEnd(folder, process.execPath, [nitro, "build"], engine);
  const app = await startApp(folder, process.execPath, () => [".output/server/index.mjs"], engine);
  await expectCompletedRun(engine, app, { appId: "nitro", framework: "nitro" });
});
