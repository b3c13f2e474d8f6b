import { it, type TestContext } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "../framework-app.ts";

async function expectBothRouters(context: TestContext, name: string): Promise<void> {
  const engine = await startLocalEngine();
  const folder = await installApp(context, name);
  const next = `${folder}/node_modules/next/dist/bin/next`;
  const app = await startApp(folder, process.execPath, (port) => [next, "dev", "-p", String(port)], engine);
  await expectCompletedRun(engine, app, { appId: "next-app", framework: "nextjs" });
  await expectCompletedRun(engine, app, { path: "/api/jobs", appId: "next-pages", framework: "nextjs" });
}

it("next dev of Next.js 16: app router and pages router", (context) => expectBothRouters(context, "next"));

it("next dev of Next.js 15: app router and pages router", (context) => expectBothRouters(context, "next-15"));
