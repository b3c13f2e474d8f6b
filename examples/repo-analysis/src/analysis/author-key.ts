/** Who counts as one author. Called by the metrics by author. Pure. */
import type { Commit } from "../commits/commit.ts";

/** The e-mail without regard to case; the name where there is none. */
export function authorKey(commit: Commit): string {
  return commit.authorEmail.trim().toLowerCase() || commit.authorName;
}
