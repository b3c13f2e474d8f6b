/**
 * Programs of Debian that the tests of deployments need, unpacked into the cache and not installed: an installed nginx would start.
 * Used by the tests of this folder.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { withFileLock } from "../helpers/file-lock.ts";
import { cacheFolder, explainSkip } from "../helpers/packed-sdk.ts";

const run = promisify(execFile);

/** Resolves with the folder into which a package was unpacked. Skips the test, loudly, where Debian cannot be reached. */
export async function debianPackage(context: TestContext, name: string): Promise<string> {
  const folder = join(cacheFolder, "debian", name);
  const unpacked = join(folder, "root");
  await mkdir(join(cacheFolder, "debian"), { recursive: true });
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(unpacked)) return;
    await mkdir(folder, { recursive: true });
    await run("apt-get", ["download", name], { cwd: folder }).catch((error: unknown) =>
      context.skip(explainSkip(`the test with ${name} is`, error)),
    );
    const [archive = ""] = (await readdir(folder)).filter((file) => file.endsWith(".deb"));
    await run("dpkg", ["-x", join(folder, archive), unpacked]);
  });
  return unpacked;
}
