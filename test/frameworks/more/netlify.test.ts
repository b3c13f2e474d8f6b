import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("netlify dev: functions of version 2 and of version 1", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "netlify");
  const cli = `${folder}/node_modules/netlify-cli/bin/run.js`;
  const args = (port: number): string[] => [
    cli,
    "dev",
    "--offline",
    "--internal-disable-edge-functions",
    "-p",
    String(port),
  ];
  const app = await startApp(folder, process.execPath, args, engine);
  await expectCompletedRun(engine, app, { framework: "netlify" });
  await expectCompletedRun(engine, app, {
    path: "/.netlify/functions/older",
    appId: "older",
    framework: "netlify",
  });
});
