/** Small projects of each kind, for tests of `stepwell init`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes a project of these files below a folder; `json`: of its package.json. */
export function writeProject(all: string, name: string, json: object, files: Record<string, string> = {}): string {
  const folder = join(all, name);
  for (const [path, text] of Object.entries({ "package.json": JSON.stringify({ name, ...json }), ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export const on = (name: string): { dependencies: Record<string, string> } => ({ dependencies: { [name]: "*" } });

const expressTs = `import express, {
  type Request,
} from "express";

const app = express();
app.get("/", (_request: Request, response) => void response.send("hello"));
app.listen(Number(process.env["PORT"]), "127.0.0.1");
`;
export const expressJs = `const express = require("express");
const app = express();
app.listen(Number(process.env.PORT), "127.0.0.1");
`;
const honoTs = `import { serve as listen } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono<{ Variables: { user: string } }>();
app.get("/", (c) => c.text("hello"));
listen({ fetch: app.fetch, port: Number(process.env["PORT"]), hostname: "127.0.0.1" });
`;

/** Each kind, and the files that are new in it. */
export const kinds: [string, object, Record<string, string>, string[]][] = [
  [
    "next-app",
    on("next"),
    { "src/app/page.tsx": "", "tsconfig.json": "{}" },
    ["src/inngest/client.ts", "src/inngest/functions.ts", "src/app/api/inngest/route.ts"],
  ],
  [
    "next-js",
    on("next"),
    { "app/page.jsx": "" },
    ["inngest/client.js", "inngest/functions.js", "app/api/inngest/route.js"],
  ],
  [
    "next-pages",
    on("next"),
    { "pages/index.tsx": "", "tsconfig.json": "{}" },
    ["inngest/client.ts", "inngest/functions.ts", "pages/api/inngest.ts"],
  ],
  [
    "express-ts",
    { ...on("express"), type: "module" },
    { "src/server.ts": expressTs, "tsconfig.json": "{}" },
    ["src/inngest/client.ts", "src/inngest/functions.ts"],
  ],
  ["express-js", on("express"), { "index.js": expressJs }, ["inngest/client.js", "inngest/functions.js"]],
  [
    "hono-ts",
    { ...on("hono"), type: "module" },
    { "src/index.ts": honoTs, "tsconfig.json": "{}" },
    ["src/inngest/client.ts", "src/inngest/functions.ts"],
  ],
  [
    "netlify-ts",
    on("@netlify/functions"),
    { "tsconfig.json": "{}" },
    ["inngest/client.ts", "inngest/functions.ts", "netlify/functions/inngest.ts"],
  ],
  [
    "netlify-js",
    {},
    { "netlify.toml": '[build]\n  command = "x"\n  functions = "api/fns/"\n' },
    ["inngest/client.mjs", "inngest/functions.mjs", "api/fns/inngest.mjs"],
  ],
];

export const entries: Readonly<Record<string, string>> = {
  "express-ts": "src/server.ts",
  "express-js": "index.js",
  "hono-ts": "src/index.ts",
};
