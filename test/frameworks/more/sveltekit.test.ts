import { it } from "vitest";
import { startLocalEngine } from "../../helpers/local-engine.ts";
import { expectCompletedRun, installApp, runToEnd, startApp } from "../framework-app.ts";

it("SvelteKit 2, built by its adapter for Node.js, with types checked", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "sveltekit");
  await runToEnd(folder, process.execPath, ["node_modules/vite/bin/vite.js", "build"], engine);
  const check = ["node_modules/svelte-check/bin/svelte-check", "--tsconfig", "./tsconfig.json"];
  await runToEnd(folder, process.execPath, check, engine);
  const app = await startApp(
    folder,
    process.execPath,
    () => ["build/index.js"],
    engine,
    (port) => ({
      HOST: "127.0.0.1",
      // SvelteKit takes itself for an https server otherwise.
      ORIGIN: `http://127.0.0.1:${port}`,
    }),
  );
  await expectCompletedRun(engine, app, { appId: "sveltekit", framework: "sveltekit" });
});
