/**
 * How many subjects follow Conventional Commits, such as `fix(parser)!: keep empty lines`.
 * Called by `analyze.ts`. Pure.
 *
 * Source: https://www.conventionalcommits.org/en/v1.0.0/
 */
import type { Commit } from "../commits/commit.ts";

/** The types of the convention's usual rule set; any word before a colon would count a plain `Note: …` too. */
const SUBJECT = /^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([^()]+\))?(!)?: +\S/i;

export interface ConventionalCommits {
  /** Commits that are no merges; tools write the subjects of those. */
  total: number;
  conventional: number;
  /** Of `total`, 0 to 1; 0 without commits. */
  share: number;
  /** Marked with `!`. */
  breaking: number;
  /** Commits by type in lower case, most frequent first. */
  byType: { type: string; count: number }[];
}

export function conventionalCommits(commits: readonly Commit[]): ConventionalCommits {
  const counts = new Map<string, number>();
  let total = 0;
  let conventional = 0;
  let breaking = 0;
  for (const { subject, isMerge } of commits) {
    if (isMerge) continue;
    total += 1;
    const match = SUBJECT.exec(subject);
    if (match === null) continue;
    conventional += 1;
    if (match[2] === "!") breaking += 1;
    const type = (match[1] ?? "").toLowerCase();
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const byType = [...counts].map(([type, count]) => ({ type, count }));
  byType.sort((a, b) => b.count - a.count || a.type.localeCompare(b.type, "en"));
  return { total, conventional, share: total === 0 ? 0 : conventional / total, breaking, byType };
}
