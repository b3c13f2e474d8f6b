/** The files that change most often, under their newest name. Called by `analyze.ts`. Pure. */
import type { Commit } from "../commits/commit.ts";

export interface HotFile {
  path: string;
  commits: number;
  /** Lines added plus removed. */
  lines: number;
}

const HOT_FILES = 10;

/**
 * @param commits newest first: a rename is seen before the commits that used the old name.
 * @returns at most 10, by commits, then lines, then path.
 */
export function hotFiles(commits: readonly Commit[]): HotFile[] {
  const found = new Map<string, HotFile>();
  const newestName = new Map<string, string>();
  for (const commit of commits) {
    const renamed: [string, string][] = [];
    for (const change of commit.files) {
      const path = newestName.get(change.path) ?? change.path;
      const file = found.get(path) ?? { path, commits: 0, lines: 0 };
      file.commits += 1;
      file.lines += change.added + change.removed;
      found.set(path, file);
      if (change.previousPath !== undefined) renamed.push([change.previousPath, path]);
    }
    // After the whole commit: two files may have swapped names in it.
    for (const change of commit.files) if (change.previousPath !== undefined) newestName.delete(change.path);
    for (const [previous, path] of renamed) newestName.set(previous, path);
  }
  return [...found.values()]
    .sort((a, b) => b.commits - a.commits || b.lines - a.lines || (a.path < b.path ? -1 : 1))
    .slice(0, HOT_FILES);
}
