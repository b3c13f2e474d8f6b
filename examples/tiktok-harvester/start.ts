/**
 * `npm start`: the engine, stand-ins for the world outside, and the app on port 3032, until Ctrl-C. DATABASE_URL names a Postgres.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createServer } from "stepwell-server";
import { startOutside } from "./outside/outside.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
if (!process.env["DATABASE_URL"]) {
  console.error("DATABASE_URL is not set; expected a Postgres, such as postgres://postgres@127.0.0.1:5432/postgres");
  process.exit(1);
}
const port = Number(process.env["PORT"] ?? 3032);
const outside = await startOutside();
const engine = createServer({ port: Number(process.env["ENGINE_PORT"] ?? 8288), store: `${here}.tiktok-harvester` });
await engine.start();
const env = { ...outside.env, INNGEST_DEV: engine.url, ADMIN_API_KEY: process.env["ADMIN_API_KEY"] ?? "admin-key" };
const app = spawn(
  process.execPath,
  ["--conditions=stepwell-source", "--import", import.meta.resolve("tsx"), `${here}host.ts`],
  { cwd: here, stdio: "inherit", env: { ...process.env, ...env, PORT: String(port) } },
);
async function stop(): Promise<void> {
  app.kill("SIGTERM");
  await engine.stop();
  await outside.close();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
app.once("exit", () => void stop());

const url = `http://127.0.0.1:${port}/api`;
while ((await engine.engine.syncUrl(`${url}/inngest`)).kind === "failed")
  await new Promise((resolve) => setTimeout(resolve, 300));
const key = `-H 'authorization: Bearer ${env.ADMIN_API_KEY}'`;
console.log(`
engine ${engine.url}
app    ${url}/inngest
Discover videos now, and see how it goes:
  curl ${key} -d '{"action":"trigger_discovery","limit":50}' ${url}/admin/jobs
  curl ${key} ${url}/admin/jobs
Stop everything, and let it go on:
  curl ${key} -d '{"reason":"High error rate","requestedBy":"ana@example.com"}' ${url}/admin/kill-switch
  curl ${key} -X DELETE -d '{"reason":"Solved","requestedBy":"ana@example.com"}' ${url}/admin/kill-switch
`);
