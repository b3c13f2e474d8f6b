import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("React Router 7 as a framework, built and served, with types checked", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "react-router");
  const reactRouter = "node_modules/@react-router/dev/bin.js";
  await runToEnd(folder, process.execPath, [reactRouter, "typegen"], engine);
  await runToEnd(folder, process.execPath, ["node_modules/typescript/bin/tsc"], engine);
  await runToEnd(folder, process.execPath, [reactRouter, "build"], engine);
  const served = ["node_modules/@react-router/serve/bin.js", "build/server/index.js"];
  const app = await startApp(
    folder,
    process.execPath,
    () => served,
    engine,
    () => ({ HOST: "127.0.0.1" }),
  );
  await expectCompletedRun(engine, app, { appId: "react-router", framework: "remix" });
});
