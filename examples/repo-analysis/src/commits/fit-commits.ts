/**
 * Keeps the output of `fetch-commit-details` below what one step may return.
 * Called by the function `analyze-repo`. Pure.
 */
import type { Commit } from "./commit.ts";

/** 3.5 MiB: a step's output may be 4 MiB, and the engine's envelope needs some of it. */
export const DETAILS_BUDGET_BYTES: number = 3.5 * 1024 * 1024;

export interface FittedCommits {
  commits: Commit[];
  /** Oldest commits whose file lists were dropped; their line totals are kept. */
  withoutFiles: number;
  /** Oldest commits that were dropped whole. */
  dropped: number;
}

/**
 * Gives the newest commits their file lists first; when the budget runs out, older commits lose their lists,
 * and only when even that does not fit are the oldest commits left out.
 *
 * @param commits newest first.
 * @param budgetBytes size of the result as JSON in UTF-8.
 */
export function fitCommits(commits: readonly Commit[], budgetBytes: number = DETAILS_BUDGET_BYTES): FittedCommits {
  const slim = commits.map((commit) => ({ ...commit, files: [] as Commit["files"] }));
  let usedBytes = 2;
  let kept = 0;
  for (const commit of slim) {
    const sizeBytes = jsonBytes(commit) + 1;
    if (usedBytes + sizeBytes > budgetBytes) break;
    usedBytes += sizeBytes;
    kept += 1;
  }
  const fitted: Commit[] = [];
  let withFiles = 0;
  for (const commit of commits.slice(0, kept)) {
    const extraBytes = jsonBytes(commit.files) - 2;
    const fits = withFiles === fitted.length && usedBytes + extraBytes <= budgetBytes;
    if (fits) {
      usedBytes += extraBytes;
      withFiles += 1;
    }
    fitted.push(fits ? commit : { ...commit, files: [] });
  }
  return { commits: fitted, withoutFiles: kept - withFiles, dropped: commits.length - kept };
}

function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
