/**
 * Installs the published SDKs from this folder's own lockfile, once: 260 MB that the root install must not carry.
 * Several test runs at the same time wait for one another.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installEnvironment } from "../helpers/install-environment.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const lock = join(folder, ".install-lock");
const stamp = join(folder, "node_modules", ".installed-lockfile");
/** An install takes a minute or so; a lock this old was left by one that died. */
const staleLockMs = 10 * 60_000;

async function isInstalled(lockfile: string): Promise<boolean> {
  return existsSync(stamp) && (await readFile(stamp, "utf8")) === lockfile;
}

/** The encryption middleware for inngest 3 accepts any later inngest too, so npm gives it 4: it shall have 3. */
async function linkPeerOfVersion3(): Promise<void> {
  const modules = join(folder, "node_modules");
  const own = join(modules, "middleware-encryption-v3", "node_modules");
  await mkdir(own, { recursive: true });
  await rm(join(own, "inngest"), { recursive: true, force: true });
  await symlink(join(modules, "inngest-v3"), join(own, "inngest"), "junction");
}

async function takeLock(): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch {
    const info = await stat(lock).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > staleLockMs) await rm(lock, { recursive: true, force: true });
    return false;
  }
}

export default async function setup(): Promise<void> {
  const lockfile = await readFile(join(folder, "package-lock.json"), "utf8");
  while (!(await isInstalled(lockfile))) {
    if (!(await takeLock())) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    try {
      if (await isInstalled(lockfile)) return;
      console.log("test/peers: installing the published SDKs (260 MB, once)");
      await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
        cwd: folder,
        env: installEnvironment(),
        shell: process.platform === "win32",
      }).catch((cause: Error) => {
        throw new Error(
          `test/peers: the published SDKs could not be installed; is the registry reachable? ${cause.message} Tests that do without them: npx vitest run --project unit --project conformance --project e2e`,
          { cause },
        );
      });
      await linkPeerOfVersion3();
      await writeFile(stamp, lockfile);
    } finally {
      await rm(lock, { recursive: true, force: true });
    }
  }
}
