/**
 * Commits of a local git repository, read with `git log`. Called by the steps of `analyze-repo` through
 * `commit-source.ts`. Must never write to the repository.
 */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { NonRetriableError } from "stepwell";
import type { Commit, CommitList, CommitSource } from "./commit.ts";
import { GIT_LOG_FORMAT, parseGitLog } from "./parse-git-log.ts";
import { GitError, runGit } from "./run-git.ts";

/** Settings a user may have that would change what `git log` prints. */
const PLAIN_LOG = ["-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "i18n.logOutputEncoding=UTF-8"];

/** Checked before a job is accepted and again by each step, since the folder may go away in between. */
export async function assertGitRepository(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new NonRetriableError(`${path} is not a folder. Expected the path of a git repository, or a GitHub URL.`);
  }
  try {
    await runGit(path, ["rev-parse", "--git-dir"]);
  } catch (cause) {
    if (cause instanceof GitError && cause.exitCode === null) throw cause;
    const reason =
      cause instanceof Error && !cause.message.includes("not a git repository") ? ` (${cause.message})` : "";
    throw new NonRetriableError(
      `${path} is not in a git repository${reason}. Give a path made by \`git clone\` or \`git init\`.`,
      {
        cause,
      },
    );
  }
}

/** @param path any folder of the repository; the whole repository is read. */
export function createLocalGit(path: string): CommitSource {
  return {
    timeZone: "author",
    listCommits: (maxCommits) => listCommits(path, maxCommits),
    getCommits: (shas) => getCommits(path, shas),
  };
}

async function listCommits(path: string, maxCommits: number): Promise<CommitList> {
  await assertGitRepository(path);
  if (!(await hasCommits(path))) return { shas: [], truncated: false };
  const output = await runGit(path, [...PLAIN_LOG, "log", "--format=%H", `--max-count=${maxCommits + 1}`]);
  const isShallow = (await readShallowEdges(path)).size > 0;
  const shas = output.split("\n").filter((line) => line !== "");
  return { shas: shas.slice(0, maxCommits), truncated: shas.length > maxCommits || isShallow };
}

async function getCommits(path: string, shas: readonly string[]): Promise<Commit[]> {
  if (shas.length === 0) return [];
  const args = ["log", "--no-walk=unsorted", "--stdin", "-z", "--numstat", "--find-renames", "--no-ext-diff"];
  const output = await runGit(
    path,
    [...PLAIN_LOG, ...args, "--no-textconv", "--no-color", `--format=${GIT_LOG_FORMAT}`],
    `${shas.join("\n")}\n`,
  );
  const edges = await readShallowEdges(path);
  return parseGitLog(output).map((commit) => (edges.has(commit.sha) ? withoutChanges(commit) : commit));
}

async function hasCommits(path: string): Promise<boolean> {
  return runGit(path, ["rev-parse", "--verify", "--quiet", "HEAD"]).then(
    () => true,
    () => false,
  );
}

/**
 * Where a shallow clone was cut off, git shows a commit as if it had added every file of the repository.
 * Its real changes are not known here.
 */
async function readShallowEdges(path: string): Promise<ReadonlySet<string>> {
  const file = (await runGit(path, ["rev-parse", "--git-path", "shallow"])).trim();
  const text = await readFile(resolve(path, file), "utf8").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}

function withoutChanges(commit: Commit): Commit {
  return { ...commit, added: 0, removed: 0, fileCount: 0, files: [], changesUnknown: true };
}
