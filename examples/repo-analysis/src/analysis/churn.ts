/** Lines added and removed. Called by `analyze.ts`. Pure. */
import type { Commit } from "../commits/commit.ts";
import { median } from "./median.ts";

export interface Churn {
  /** Lines over all commits. */
  added: number;
  removed: number;
  /** Lines added plus removed; over commits that changed a line. 0 when none did. */
  medianPerCommit: number;
  /** At most 5, largest first. */
  largest: { sha: string; subject: string; lines: number }[];
}

const LARGEST = 5;

export function churn(commits: readonly Commit[]): Churn {
  const sized = commits
    .map(({ sha, subject, added, removed }) => ({ sha, subject, lines: added + removed }))
    .filter(({ lines }) => lines > 0);
  return {
    added: commits.reduce((sum, commit) => sum + commit.added, 0),
    removed: commits.reduce((sum, commit) => sum + commit.removed, 0),
    medianPerCommit: median(sized.map(({ lines }) => lines)),
    largest: sized.sort((a, b) => b.lines - a.lines).slice(0, LARGEST),
  };
}
