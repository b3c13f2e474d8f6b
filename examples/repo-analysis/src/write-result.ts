/** Writes a result as a JSON file. Called by the step `save-results`. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AnalysisResult } from "./analysis-result.ts";

/**
 * The file appears whole or not at all, and writing it twice leaves one: the step may run again.
 *
 * @returns the file's path, `<folder>/<jobId>.json`.
 */
export async function writeResult(folder: string, jobId: string, result: AnalysisResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${jobId}.json`);
  await writeFile(`${path}.part`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${path}.part`, path);
  return path;
}
