import { readdirSync } from "node:fs";
import { it } from "vitest";
import { startLocalEngine } from "../helpers/local-engine.ts";
import { expectCompletedRun, installApp, startApp } from "./framework-app.ts";

/** The program itself, of whichever platform's package was installed. */
function denoBinary(folder: string): string {
  const [platform] = readdirSync(`${folder}/node_modules/@deno`);
  return `${folder}/node_modules/@deno/${platform}/deno`;
}

it("Hono on Deno, as on Supabase's edge functions", async (context) => {
  const engine = await startLocalEngine();
  const folder = await installApp(context, "hono-deno");
  const args = ["run", "--allow-net", "--allow-env", "--no-lock", "--node-modules-dir=manual", "main.mjs"];
  const app = await startApp(folder, denoBinary(folder), () => args, engine);
  await expectCompletedRun(engine, app, { framework: "hono" });
});
