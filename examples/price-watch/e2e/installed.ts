/**
 * The app as its users have it: its packages installed in a cache, the packed SDK among them, built by `next build` with its
 * types checked, once for the same source. `EXAMPLES_SDK=inngest` installs the published SDK under our name instead: one
 * alias. Called by `stage.ts`.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { usesPublishedSdk } from "../../../test/helpers/example-app.ts";
import { withFileLock } from "../../../test/helpers/file-lock.ts";
import { cacheFolder, installPackages, installSdk, packSdk } from "../../../test/helpers/packed-sdk.ts";
import { root } from "../../../test/repo/root.ts";

const folder = join(root, "examples/price-watch");
const sources = ["src", "next.config.mjs", "tsconfig.json"];

interface Manifest {
  dependencies: Record<string, string>;
}

/** The example's own package.json, without what the repository itself provides. */
function manifestText(): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const { stepwell: _sdk, "stepwell-server": _engine, ...dependencies } = manifest.dependencies;
  const sdk = usesPublishedSdk ? { stepwell: "npm:inngest@4.24.0" } : {};
  const all = { ...dependencies, ...sdk };
  return JSON.stringify({ name: "price-watch", private: true, type: "module", dependencies: all });
}

/** Tells apart what a build was made of. */
function digestOf(sdkStamp: string): string {
  const hash = createHash("sha256").update(manifestText()).update(sdkStamp);
  const names = readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" }).map((name) =>
    join("src", name),
  );
  for (const name of [...names.sort(), ...sources]) {
    const path = join(folder, name);
    if (statSync(path).isFile()) hash.update(`${name}\n`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

async function buildNext(cache: string): Promise<void> {
  for (const name of ["src", ".next"]) await rm(join(cache, name), { recursive: true, force: true });
  for (const name of sources) await cp(join(folder, name), join(cache, name), { recursive: true });
  const { NODE_OPTIONS: _tests, NODE_ENV: _vitests, VITEST: _alsoVitests, ...env } = process.env;
  const production = { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  const options = { cwd: cache, env: production, maxBuffer: 2 ** 24 };
  const build = promisify(execFile)(process.execPath, [nextOf(cache), "build"], options);
  await build.catch((cause: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`next build failed.\n${cause.stdout}\n${cause.stderr}`, { cause });
  });
}

/** @returns the folder of the built app. */
export async function installBuilt(): Promise<string> {
  const cache = join(cacheFolder, usesPublishedSdk ? "price-watch-inngest" : "price-watch");
  await mkdir(cache, { recursive: true });
  return withFileLock(`${cache}.lock`, async () => {
    const packed = usesPublishedSdk ? null : await packSdk();
    const sdkStamp = packed === null ? "published" : readFileSync(join(dirname(packed), ".stepwell-made-of"), "utf8");
    const stamp = join(cache, ".built-of");
    const digest = digestOf(sdkStamp);
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return cache;
    await rm(stamp, { force: true });
    await writeFile(join(cache, "package.json"), manifestText());
    await installPackages(cache);
    if (packed !== null) await installSdk(cache);
    await buildNext(cache);
    await writeFile(stamp, digest);
    return cache;
  });
}

export const nextOf = (app: string): string => join(app, "node_modules/next/dist/bin/next");
