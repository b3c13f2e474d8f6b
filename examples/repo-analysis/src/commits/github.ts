/**
 * Commits of a repository on GitHub, read from its REST API. Called by the steps of `analyze-repo` through
 * `commit-source.ts`. Must never put the token in a message or a result.
 *
 * Source: https://docs.github.com/rest/commits/commits
 */
import { NonRetriableError } from "stepwell";
import type { Commit, CommitList, CommitSource, FileChange } from "./commit.ts";
import { toCommit } from "./commit.ts";
import type { GithubAccess } from "./github-request.ts";
import { getGithubJson } from "./github-request.ts";

/** Keeps fetched commits between attempts: a commit never changes, and a rate limit may stop a job half-way. */
export interface CommitCache {
  get(sha: string): Commit | null;
  set(commit: Commit): void;
}

export interface GithubOptions extends GithubAccess {
  cache: CommitCache;
}

const PAGE_SIZE = 100;
/** GitHub asks clients not to send many requests at once. */
const PARALLEL_REQUESTS = 4;

interface GithubFile {
  filename: string;
  previous_filename?: string;
  additions: number;
  deletions: number;
}

interface GithubCommit {
  sha: string;
  commit: { message: string; author: { name: string; email: string; date: string } | null };
  parents: unknown[];
  stats?: { additions: number; deletions: number };
  files?: GithubFile[];
}

export function createGithub(owner: string, name: string, options: GithubOptions): CommitSource {
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/commits`;
  return {
    // The API gives every date in UTC.
    timeZone: "utc",
    listCommits: (maxCommits) => listCommits(path, maxCommits, options),
    getCommits: (shas) => getCommits(path, shas, options),
  };
}

async function listCommits(path: string, maxCommits: number, access: GithubAccess): Promise<CommitList> {
  const shas: string[] = [];
  let next: string | null = `${path}?per_page=${Math.min(PAGE_SIZE, maxCommits + 1)}`;
  while (next !== null && shas.length <= maxCommits) {
    const page = await getGithubJson(next, access);
    // 409: the repository exists and has no commit yet.
    if (page.status === 409) return { shas: [], truncated: false };
    if (!Array.isArray(page.body)) throw new Error(`GitHub answered ${next} with something other than a list.`);
    for (const item of page.body as { sha: string }[]) shas.push(item.sha);
    next = page.nextPage;
  }
  return { shas: shas.slice(0, maxCommits), truncated: shas.length > maxCommits || next !== null };
}

async function getCommits(path: string, shas: readonly string[], options: GithubOptions): Promise<Commit[]> {
  const commits = new Map<string, Commit>();
  const waiting = [...shas].reverse();
  async function fetchSome(): Promise<void> {
    for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
      try {
        commits.set(sha, options.cache.get(sha) ?? (await fetchCommit(`${path}/${sha}`, options)));
      } catch (error) {
        // The other loops end too, after the request they are in.
        waiting.length = 0;
        throw error;
      }
    }
  }
  const loops = await Promise.allSettled(Array.from({ length: PARALLEL_REQUESTS }, fetchSome));
  for (const loop of loops) if (loop.status === "rejected") throw loop.reason;
  return shas.flatMap((sha) => commits.get(sha) ?? []);
}

/** A page holds at most 300 files; the sums of lines are GitHub's, over all of them. */
async function fetchCommit(path: string, options: GithubOptions): Promise<Commit> {
  const answer = await getGithubJson(path, options);
  const raw = answer.body as Partial<GithubCommit> | null;
  if (typeof raw?.sha !== "string" || raw.commit === undefined) {
    throw new NonRetriableError(`GitHub answered ${path} with something other than a commit.`);
  }
  const commit = toCommit({
    sha: raw.sha,
    authorName: raw.commit.author?.name ?? "unknown",
    authorEmail: raw.commit.author?.email ?? "",
    authoredAt: raw.commit.author?.date ?? "1970-01-01T00:00:00Z",
    subject: raw.commit.message.split("\n", 1)[0] ?? "",
    isMerge: (raw.parents?.length ?? 0) > 1,
    files: (raw.parents?.length ?? 0) > 1 ? [] : (raw.files ?? []).map(toFileChange),
  });
  if (!commit.isMerge && raw.stats !== undefined) {
    commit.added = raw.stats.additions;
    commit.removed = raw.stats.deletions;
  }
  options.cache.set(commit);
  return commit;
}

function toFileChange(file: GithubFile): FileChange {
  return {
    path: file.filename,
    ...(file.previous_filename === undefined ? {} : { previousPath: file.previous_filename }),
    added: file.additions,
    removed: file.deletions,
  };
}
