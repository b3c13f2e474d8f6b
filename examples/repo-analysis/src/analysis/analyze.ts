/**
 * All metrics of a repository. Called by the step `compute-analysis`. Pure.
 */
import type { Commit } from "../commits/commit.ts";
import type { Authors } from "./authors.ts";
import { authors } from "./authors.ts";
import type { Churn } from "./churn.ts";
import { churn } from "./churn.ts";
import { commitsByHour } from "./commits-by-hour.ts";
import { commitsByWeekday } from "./commits-by-weekday.ts";
import type { ConventionalCommits } from "./conventional-commits.ts";
import { conventionalCommits } from "./conventional-commits.ts";
import type { HotFile } from "./hot-files.ts";
import { hotFiles } from "./hot-files.ts";
import type { WorkSessions } from "./work-sessions.ts";
import { workSessions } from "./work-sessions.ts";

export interface Analysis {
  commits: number;
  merges: number;
  /** Author dates, ISO 8601; null without commits. */
  firstCommitAt: string | null;
  lastCommitAt: string | null;
  /** 24 counts from midnight. */
  byHour: number[];
  /** 7 counts from Monday. */
  byWeekday: number[];
  sessions: WorkSessions;
  conventional: ConventionalCommits;
  churn: Churn;
  hotFiles: HotFile[];
  authors: Authors;
}

/** @param commits newest first. */
export function analyze(commits: readonly Commit[]): Analysis {
  const dated = commits
    .filter(({ authoredAt }) => !Number.isNaN(Date.parse(authoredAt)))
    .sort((a, b) => Date.parse(a.authoredAt) - Date.parse(b.authoredAt));
  return {
    commits: commits.length,
    merges: commits.filter(({ isMerge }) => isMerge).length,
    firstCommitAt: dated.at(0)?.authoredAt ?? null,
    lastCommitAt: dated.at(-1)?.authoredAt ?? null,
    byHour: commitsByHour(commits),
    byWeekday: commitsByWeekday(commits),
    sessions: workSessions(commits),
    conventional: conventionalCommits(commits),
    churn: churn(commits),
    hotFiles: hotFiles(commits),
    authors: authors(commits),
  };
}
