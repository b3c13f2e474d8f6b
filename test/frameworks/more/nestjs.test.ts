import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("NestJS 12, compiled with its decorators: with rawBody and without", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "nestjs");
  await runToEnd(folder, process.execPath, ["node_modules/typescript/bin/tsc"], engine);
  for (const rawBody of ["0", "1"]) {
    const id = `nestjs-${rawBody}`;
    const variables = { RAW_BODY: rawBody, APP_ID: id };
    const app = await startApp(
      folder,
      process.execPath,
      () => ["dist/src/main.js"],
      engine,
      () => variables,
    );
    await expectCompletedRun(engine, app, { appId: id, framework: "express" });
  }
});
