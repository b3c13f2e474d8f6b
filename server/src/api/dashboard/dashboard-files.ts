/**
 * The built page: its files, read once from where the build put them. Called by serve-dashboard.
 * In the package they lie beside the bundle; in a clone `npm ci` builds them into server/dashboard/dist.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export interface DashboardFile {
  bytes: Buffer;
  /** Null for what does not get smaller. */
  gzipped: Buffer | null;
  contentType: string;
}

export interface DashboardFiles {
  index: string;
  /** By path from the page's root, such as `assets/index-1a2b.js`. */
  assets: ReadonlyMap<string, DashboardFile>;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

const isText = /^text\/|json$|svg/;

/** Built for the package, or from the source of a clone. */
function dashboardFolder(): string {
  const isSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(isSource ? "../../../dashboard/dist/" : "./dashboard/", import.meta.url));
}

function readAsset(path: string): DashboardFile {
  const bytes = readFileSync(path);
  const contentType = contentTypes[extname(path)] ?? "application/octet-stream";
  return { bytes, contentType, gzipped: isText.test(contentType) ? gzipSync(bytes) : null };
}

/** Null when the page was not built. */
export function readDashboard(folder: string = dashboardFolder()): DashboardFiles | null {
  try {
    const index = readFileSync(join(folder, "index.html"), "utf8");
    const names = readdirSync(join(folder, "assets"));
    return { index, assets: new Map(names.map((name) => [`assets/${name}`, readAsset(join(folder, "assets", name))])) };
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    throw error;
  }
}
