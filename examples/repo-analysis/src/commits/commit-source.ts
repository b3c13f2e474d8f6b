/**
 * Picks the source that can read a repository. Called by the steps of `analyze-repo`.
 */
import type { CommitSource } from "./commit.ts";
import type { GithubOptions } from "./github.ts";
import { createGithub } from "./github.ts";
import { createLocalGit } from "./local-git.ts";
import type { RepoRef } from "./repo-ref.ts";

export function createCommitSource(repo: RepoRef, github: GithubOptions): CommitSource {
  return repo.kind === "local" ? createLocalGit(repo.path) : createGithub(repo.owner, repo.name, github);
}
