import { expect, it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("Next.js 15, with types checked by its build and the resolution that it writes: app router and pages router", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "next-15");
  const next = `${folder}/node_modules/next/dist/bin/next`;
  await runToEnd(folder, process.execPath, [next, "build"], engine);
  const app = await startApp(folder, process.execPath, (port) => [next, "start", "-p", String(port)], engine);
  await expectCompletedRun(engine, app, { appId: "next-app", framework: "nextjs" });
  await expectCompletedRun(engine, app, { path: "/api/jobs", appId: "next-pages", framework: "nextjs" });
  expect(app.output()).not.toContain("Error");
});
