/** One at a time, over processes: a folder that only one of them can make. */
import { mkdir, rm, stat } from "node:fs/promises";

/** What is done under a lock takes minutes at most; a lock this old was left by a process that died. */
const STALE_MS = 10 * 60_000;

/** Runs `work` while no other process runs work under the same path. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const taken = await mkdir(path).then(
      () => true,
      () => false,
    );
    if (taken) break;
    const info = await stat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 300));
  }
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
