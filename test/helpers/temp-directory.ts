import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of its own for a test, removed when the test ends. */
export async function tempDirectory(name: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `stepwell-${name}-`));
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}
