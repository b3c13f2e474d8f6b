/**
 * Serves the page to browsers: at `/` and at every address that is not the API's, to who accepts HTML; its files under
 * `/assets`. Everyone else gets what the API answers there. Used by create-api. Must never hold anything that is secret:
 * the page's files are given to anyone, what it shows comes from the API.
 */
import { type Api, type ApiContext, requestHeader } from "../api-parts.ts";
import { type DashboardFiles, readDashboard } from "./dashboard-files.ts";

/** Addresses of the API, also for a browser. */
const apiPath = /^\/(?:api|docs|e|fn|invoke|dev|health|metrics|mcp|v\d)(?:\/|$)/;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policy,
  // The same address answers JSON to others, and its files change with the engine.
  "cache-control": "no-cache",
  vary: "Accept",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Stepwell</title>
<body><h1>The page is not built</h1>
<p>The engine works, and its API answers. To build the page, run <code>npm run build</code> in the repository, then start the engine again.</p>
</body></html>
`;

/**
 * Addresses in the page are relative to this, so that it works under any path that a proxy takes off: from `/runs/17` the
 * root is one up.
 */
function rootSeenFrom(path: string): string {
  const depth = path.split("/").length - 2;
  return depth === 0 ? "./" : "../".repeat(depth);
}

function wantsPage(c: ApiContext): boolean {
  if (apiPath.test(c.req.path)) return false;
  return requestHeader(c, "accept")?.includes("text/html") ?? false;
}

function answerAsset(c: ApiContext, files: DashboardFiles, path: string): Response | null {
  const file = files.assets.get(path.slice(1));
  if (file === undefined) return null;
  const isGzip = file.gzipped !== null && /\bgzip\b/.test(requestHeader(c, "accept-encoding") ?? "");
  const headers = {
    "content-type": file.contentType,
    // Its name has a hash of what it holds.
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    vary: "Accept-Encoding",
    ...(isGzip ? { "content-encoding": "gzip" } : {}),
  };
  return new Response(new Uint8Array(isGzip && file.gzipped !== null ? file.gzipped : file.bytes), { headers });
}

/** Reads the page's files when one is asked for. */
export function addDashboard(app: Api): void {
  let files: DashboardFiles | null = null;
  const load = (): DashboardFiles | null => {
    files ??= readDashboard();
    return files;
  };
  app.get("/assets/*", async (c, next) => {
    const found = load();
    return (found === null ? null : answerAsset(c, found, c.req.path)) ?? next();
  });
  app.get("*", async (c, next) => {
    if (!wantsPage(c)) return next();
    const index = load()?.index.replace('<base href="./"', `<base href="${rootSeenFrom(c.req.path)}"`);
    return new Response(index ?? notBuilt, { status: index === undefined ? 503 : 200, headers: { ...pageHeaders } });
  });
}
