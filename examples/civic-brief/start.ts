/**
 * `npm start`: the engine, the stand-ins for the services outside, and the app, until Ctrl-C. The app runs under `netlify dev`
 * where the Netlify CLI is installed (`npm install --global netlify-cli`), else under host.ts.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createServer } from "stepwell-server";
import { startOutside } from "./outside/outside.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const port = Number(process.env["PORT"] ?? 8888);
const dataDir = `${here}.civic-brief`;
mkdirSync(dataDir, { recursive: true });

const outside = await startOutside({
  minuteMs: Number(process.env["MINUTE_MS"] ?? 1000),
  databaseFile: `${dataDir}/outside.db`,
});
const engine = createServer({ port: Number(process.env["ENGINE_PORT"] ?? 8288), store: `${dataDir}/engine` });
await engine.start();

const hasNetlify = spawnSync("netlify", ["--version"], { stdio: "ignore" }).status === 0;
const app: ChildProcess = spawn(
  hasNetlify ? "netlify" : process.execPath,
  hasNetlify
    ? ["dev", "--offline", "--internal-disable-edge-functions", "-p", String(port)]
    : ["--conditions=stepwell-source", "--import", import.meta.resolve("tsx"), `${here}host.ts`],
  {
    cwd: here,
    stdio: "inherit",
    env: { ...process.env, ...outside.env, PORT: String(port), INNGEST_DEV: engine.url },
  },
);
const url = `http://127.0.0.1:${port}/.netlify/functions`;

async function stop(): Promise<void> {
  app.kill("SIGTERM");
  await engine.stop();
  await outside.close();
  process.exit(0);
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
app.once("exit", () => void stop());

while ((await engine.engine.syncUrl(`${url}/inngest`)).kind === "failed")
  await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`
engine ${engine.url}
app    ${url}/
Ask for a brief:
  curl -X POST ${url}/trigger-brief -H 'content-type: application/json' \\
    -d '{"userId":"user_ana","policyInterests":["healthcare","education"]}'
See what became of it:
  curl '${url}/briefs?userId=user_ana'
Start the daily fan-out:
  npx stepwell run daily-brief-cron
`);
