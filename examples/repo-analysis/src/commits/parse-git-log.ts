/**
 * Reads the output of `git log -z --numstat` in the format below. Called by `local-git.ts`. Pure.
 * Fields are separated by NUL, which neither a path nor a subject can hold, so tabs, newlines, quotes and emoji in
 * them need no unquoting.
 */

import type { Commit, FileChange } from "./commit.ts";
import { toCommit } from "./commit.ts";

const MARK = "\u0001commit";
const HEADER_FIELDS = 6;
const NUMSTAT = /^\n?(\d+|-)\t(\d+|-)\t([\s\S]*)$/;

/** For `git log --format=`: mark, hash, parents, author date, author name and e-mail (mailmap applied), subject. */
export const GIT_LOG_FORMAT: string = "%x01commit%x00%H%x00%P%x00%aI%x00%aN%x00%aE%x00%s%x00";

/**
 * @param output what git wrote with `-z --numstat --format=GIT_LOG_FORMAT`.
 * @throws Error when the text is not in that form.
 */
export function parseGitLog(output: string): Commit[] {
  const tokens = output.split("\0");
  const commits: Commit[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at] ?? "";
    if (token === "" || token === "\n") {
      at += 1;
      continue;
    }
    if (token !== MARK || at + HEADER_FIELDS >= tokens.length) {
      throw new Error(`git log answered in an unknown form near ${JSON.stringify(token.slice(0, 80))}.`);
    }
    const [sha = "", parents = "", authoredAt = "", authorName = "", authorEmail = "", subject = ""] = tokens.slice(
      at + 1,
      at + 1 + HEADER_FIELDS,
    );
    const changes = readFileChanges(tokens, at + 1 + HEADER_FIELDS);
    at = changes.next;
    const isMerge = parents.includes(" ");
    commits.push(toCommit({ sha, authorName, authorEmail, authoredAt, subject, isMerge, files: changes.files }));
  }
  return commits;
}

/** Numstat entries follow their commit: `added TAB removed TAB path`, or an empty path and then the old and new one. */
function readFileChanges(tokens: readonly string[], from: number): { files: FileChange[]; next: number } {
  const files: FileChange[] = [];
  let at = from;
  if (tokens[at] === "") at += 1;
  for (;;) {
    const match = NUMSTAT.exec(tokens[at] ?? "");
    if (match === null) return { files, next: at };
    const added = toLines(match[1]);
    const removed = toLines(match[2]);
    const path = match[3] ?? "";
    if (path === "") {
      files.push({ path: tokens[at + 2] ?? "", previousPath: tokens[at + 1] ?? "", added, removed });
      at += 3;
    } else {
      files.push({ path, added, removed });
      at += 1;
    }
  }
}

/** Git writes `-` for a binary file. */
function toLines(text: string | undefined): number {
  return text === undefined || text === "-" ? 0 : Number(text);
}
