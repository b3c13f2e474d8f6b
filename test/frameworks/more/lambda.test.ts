import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

it("AWS Lambda: documents of REST APIs (1.0), HTTP APIs (2.0) and function URLs", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "lambda");
  const app = await startApp(folder, process.execPath, () => ["main.mjs"], engine);
  for (const integration of ["rest", "http", "url"]) {
    await expectCompletedRun(engine, app, {
      path: `/${integration}`,
      appId: `lambda-${integration}`,
      framework: "aws-lambda",
    });
  }
});
