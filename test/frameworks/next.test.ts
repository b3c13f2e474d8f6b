import { expect, it } from "vitest";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "./framework-app.ts";

it("Next.js 16, built and started: app router and pages router", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "next");
  const next = `${folder}/node_modules/next/dist/bin/next`;
  await runToEnd(folder, process.execPath, [next, "build"], engine);
  const app = await startApp(folder, process.execPath, (port) => [next, "start", "-p", String(port)], engine);
  await expectCompletedRun(engine, app, { appId: "next-app", framework: "nextjs" });
  await expectCompletedRun(engine, app, { path: "/api/jobs", appId: "next-pages", framework: "nextjs" });
  const large = await fetch(`${app.origin}/api/inngest?fnId=next-app-greet`, {
    method: "POST",
    body: "x".repeat(5_000_000),
  });
  expect(large.status).toBe(413);
});
