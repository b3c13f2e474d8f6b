/** Commits by hour of the author's day. Called by `analyze.ts`. Pure. */
import type { Commit } from "../commits/commit.ts";
import { readAuthorClock } from "./author-clock.ts";

/** @returns 24 counts, from midnight. */
export function commitsByHour(commits: readonly Commit[]): number[] {
  const counts = new Array<number>(24).fill(0);
  for (const { authoredAt } of commits) {
    const clock = readAuthorClock(authoredAt);
    if (clock !== null && clock.hour < 24) counts[clock.hour] = (counts[clock.hour] ?? 0) + 1;
  }
  return counts;
}
