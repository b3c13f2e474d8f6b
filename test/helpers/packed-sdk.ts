/** The packages as users get them: built, packed by npm and unpacked, in a cache outside the repository. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFileLock } from "./file-lock.ts";
import { installEnvironment } from "./install-environment.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** Survives `npm ci`, which empties node_modules. */
export const cacheFolder: string = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "stepwell-tests");

/** Two checkouts share the cache, and must not test each other's package. */
const packedFolder = join(cacheFolder, "packed", createHash("sha256").update(root).digest("hex").slice(0, 12));
const unpacked = join(packedFolder, "stepwell");

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: "utf8" })
          .map((name) => join(folder, name))
          .filter((path) => statSync(path).isFile())
      : [],
  );
}

const newest = (files: string[]): number => Math.max(0, ...files.map((file) => statSync(file).mtimeMs));

/** Builds a package when its source is newer than what was built. */
async function buildWhenStale(packageFolder: string, ...sourceFolders: string[]): Promise<void> {
  const sources = filesBelow(...sourceFolders, join(root, "packaging"));
  const config = join(packageFolder, "tsup.config.ts");
  if (newest(filesBelow(join(packageFolder, "dist"))) > newest([...sources, config])) return;
  console.log(`building ${packageFolder} for tests that use it as users do`);
  await run(process.execPath, [join(root, "node_modules/tsup/dist/cli-default.js")], { cwd: packageFolder });
}

/** Packs a package and unpacks it beside its tarball, `<name>.tgz`, unless that has been done with the same files. */
async function pack(packageFolder: string, name: string): Promise<void> {
  const parts = [
    ...filesBelow(join(packageFolder, "dist")),
    join(packageFolder, "package.json"),
    join(root, "README.md"),
  ];
  const made = String(newest(parts));
  const stamp = join(packedFolder, `.${name}-made-of`);
  if (existsSync(join(packedFolder, `${name}.tgz`)) && existsSync(stamp) && readFileSync(stamp, "utf8") === made)
    return;
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", packedFolder], {
    cwd: packageFolder,
    maxBuffer: 16 * 1024 * 1024,
  });
  const tarball = join(packedFolder, (JSON.parse(stdout) as [{ filename: string }])[0].filename);
  await run("tar", ["-xzf", tarball, "-C", packedFolder]);
  await rm(join(packedFolder, name), { recursive: true, force: true });
  await rename(join(packedFolder, "package"), join(packedFolder, name));
  await rename(tarball, join(packedFolder, `${name}.tgz`));
  await writeFile(stamp, made);
}

const withPackLock = async (work: () => Promise<void>): Promise<void> => {
  await mkdir(packedFolder, { recursive: true });
  await withFileLock(join(packedFolder, ".lock"), work);
};

async function buildAndPackSdk(): Promise<void> {
  await buildWhenStale(root, join(root, "src"), join(root, "adapters"));
  await pack(root, "stepwell");
}

/** Makes the packed SDK current; concurrent callers wait for one another. Resolves with the folder that holds it. */
export async function packSdk(): Promise<string> {
  await withPackLock(buildAndPackSdk);
  return unpacked;
}

/** Makes both packed packages current. Resolves with the folder that holds them, unpacked and as tarballs. */
export async function packBoth(): Promise<string> {
  await withPackLock(async () => {
    await buildAndPackSdk();
    const server = join(root, "server");
    await buildWhenStale(
      server,
      join(root, "src/protocol"),
      join(root, "src/signing"),
      join(server, "src"),
      join(server, "dashboard/src"),
    );
    await pack(server, "stepwell-server");
  });
  return packedFolder;
}

/** Puts the packed SDK into a folder's node_modules. */
export async function installSdk(folder: string): Promise<void> {
  const target = join(folder, "node_modules", "stepwell");
  await rm(target, { recursive: true, force: true });
  await cp(unpacked, target, { recursive: true });
}

/**
 * Installs what a folder's package.json names, unless that has been done. There is no lockfile: a machine that cannot
 * reach every platform's packages writes one that others refuse. The versions are exact.
 */
export async function installPackages(folder: string): Promise<void> {
  const stamp = join(folder, "node_modules", ".installed");
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === manifest) return;
  console.log(`installing ${folder}, once`);
  await rm(join(folder, "node_modules"), { recursive: true, force: true });
  const flags = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
  const options = { cwd: folder, env: installEnvironment(), maxBuffer: 16 * 1024 * 1024 };
  await run("npm", ["install", ...flags], options).catch((cause: Error) => {
    throw new Error(`What ${folder}/package.json names could not be installed: ${cause.message}`, { cause });
  });
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await writeFile(stamp, manifest);
}

/** Says what a test that is left out lacks, where nobody can overlook it. */
export function explainSkip(what: string, error: unknown): string {
  const why = `${what} left out, as there is no registry to install from: ${error}`;
  console.warn(why);
  return why;
}

/** Whether an install failed because there is no registry to ask, which says nothing about the code. */
export function isUnreachable(error: unknown): boolean {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(String(error));
}
