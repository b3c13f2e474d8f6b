/** Commits by weekday of the author. Called by `analyze.ts`. Pure. */
import type { Commit } from "../commits/commit.ts";
import { readAuthorClock } from "./author-clock.ts";

/** @returns 7 counts, from Monday. */
export function commitsByWeekday(commits: readonly Commit[]): number[] {
  const counts = new Array<number>(7).fill(0);
  for (const { authoredAt } of commits) {
    const clock = readAuthorClock(authoredAt);
    if (clock !== null) counts[clock.weekday] = (counts[clock.weekday] ?? 0) + 1;
  }
  return counts;
}
