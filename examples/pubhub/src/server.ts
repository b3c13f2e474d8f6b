/** The app on Node: its API, and its page from `dist`, which `npm run build` makes. Settings come from the environment. */
import { readFile } from "node:fs/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { pageHtml } from "./page-html.ts";
import { createApp } from "./supabase/functions/make-server-dc1f2437/app.ts";
import { openPostgresKv } from "./supabase/functions/make-server-dc1f2437/kv-postgres.ts";
import { openSqliteKv } from "./supabase/functions/make-server-dc1f2437/kv-sqlite.ts";
import { createServices } from "./supabase/functions/make-server-dc1f2437/services.ts";
import { readSettings } from "./supabase/functions/make-server-dc1f2437/settings.ts";

const settings = readSettings(process.env);
const kv =
  settings.databaseUrl === null ? openSqliteKv(settings.sqliteFile) : await openPostgresKv(settings.databaseUrl);
const app = new Hono().route("/", createApp(createServices(settings, kv)));

const types: Readonly<Record<string, string>> = { "main.js": "text/javascript", "main.css": "text/css" };
app.get("/", (c) => c.html(pageHtml(settings.clerk.signInUrl)));
app.get("/assets/:file", async (c) => {
  const file = c.req.param("file");
  const type = types[file];
  if (type === undefined) return c.notFound();
  return c.body(await readFile(`dist/${file}`, "utf8"), 200, { "content-type": type });
});

const port = Number(process.env["PORT"] ?? 3000);
const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (address) =>
  console.log(`pubhub  http://127.0.0.1:${address.port}`),
);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close(() => void kv.close());
  });
