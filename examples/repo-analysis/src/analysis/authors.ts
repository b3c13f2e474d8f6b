/** Who made the commits. Called by `analyze.ts`. Pure. */
import type { Commit } from "../commits/commit.ts";
import { authorKey } from "./author-key.ts";

export interface Author {
  /** As in the newest commit; the result holds no e-mail. */
  name: string;
  commits: number;
  /** Of all commits, 0 to 1. */
  share: number;
  added: number;
  removed: number;
}

export interface Authors {
  count: number;
  /** At most 10, most commits first. */
  top: Author[];
}

const TOP_AUTHORS = 10;

/** @param commits newest first. */
export function authors(commits: readonly Commit[]): Authors {
  const found = new Map<string, Author>();
  for (const commit of commits) {
    const key = authorKey(commit);
    const author = found.get(key) ?? { name: commit.authorName, commits: 0, share: 0, added: 0, removed: 0 };
    author.commits += 1;
    author.share = author.commits / commits.length;
    author.added += commit.added;
    author.removed += commit.removed;
    found.set(key, author);
  }
  const top = [...found.values()].sort((a, b) => b.commits - a.commits || (a.name < b.name ? -1 : 1));
  return { count: top.length, top: top.slice(0, TOP_AUTHORS) };
}
