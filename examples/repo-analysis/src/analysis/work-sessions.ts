/**
 * Work sessions: commits of one author with no long pause between them. Called by `analyze.ts`. Pure.
 */
import type { Commit } from "../commits/commit.ts";
import { authorKey } from "./author-key.ts";
import { median } from "./median.ts";

/** A pause of more than two hours ends a session. */
export const SESSION_GAP_MS: number = 2 * 60 * 60 * 1000;

export interface WorkSessions {
  count: number;
  /** From a session's first commit to its last, so 0 for a session of one commit. */
  medianMinutes: number;
  longestMinutes: number;
  /** Mean; 0 without commits. */
  commitsPerSession: number;
}

export function workSessions(commits: readonly Commit[]): WorkSessions {
  const timesByAuthor = new Map<string, number[]>();
  for (const commit of commits) {
    const timeMs = Date.parse(commit.authoredAt);
    if (Number.isNaN(timeMs)) continue;
    const times = timesByAuthor.get(authorKey(commit)) ?? [];
    times.push(timeMs);
    timesByAuthor.set(authorKey(commit), times);
  }
  const lengthsMs = [...timesByAuthor.values()].flatMap(sessionLengthsMs);
  const dated = [...timesByAuthor.values()].reduce((sum, times) => sum + times.length, 0);
  return {
    count: lengthsMs.length,
    medianMinutes: toMinutes(median(lengthsMs)),
    longestMinutes: toMinutes(lengthsMs.reduce((longest, length) => Math.max(longest, length), 0)),
    commitsPerSession: lengthsMs.length === 0 ? 0 : dated / lengthsMs.length,
  };
}

function sessionLengthsMs(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  const lengths: number[] = [];
  let start = sorted[0] ?? 0;
  let last = start;
  for (const time of sorted) {
    if (time - last > SESSION_GAP_MS) {
      lengths.push(last - start);
      start = time;
    }
    last = time;
  }
  lengths.push(last - start);
  return lengths;
}

function toMinutes(ms: number): number {
  return Math.round(ms / 60_000);
}
