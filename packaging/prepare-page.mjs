// Builds the page into server/dashboard/dist, from where an engine that runs from source serves it, unless what is there
// is newer than its source. Run by `npm ci` and before the demo, so that neither needs a further command.
// Does nothing, and says so, where the tools are missing, as after `npm ci --omit=dev`.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../server/dashboard/", import.meta.url));
const built = join(page, "dist/index.html");

function newestBelow(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

const sources = [join(page, "src"), join(page, "index.html"), join(page, "vite.config.ts")];
const newest = Math.max(newestBelow(sources[0]), ...sources.slice(1).map((file) => statSync(file).mtimeMs));

if (!existsSync(built) || statSync(built).mtimeMs < newest) {
  const vite = await import("vite").catch(() => null);
  if (vite === null) console.log("The page is not built: vite is not installed.");
  else await vite.build({ configFile: join(page, "vite.config.ts"), logLevel: "warn" });
}
