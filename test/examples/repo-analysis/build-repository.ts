/** Builds real git repositories in temporary folders, with fixed names and dates. Used by the tests of this folder. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface TestRepository {
  path: string;
  git(...args: string[]): string;
  write(file: string, content: string | Uint8Array): void;
  /** @returns the commit's hash. */
  commit(subject: string, authoredAt: string, author?: string): string;
  remove(): void;
}

export function buildRepository(): TestRepository {
  const path = mkdtempSync(join(tmpdir(), "repo-analysis-test-"));
  const env = {
    PATH: process.env.PATH,
    HOME: path,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_COMMITTER_NAME: "Committer",
    GIT_COMMITTER_EMAIL: "committer@example.com",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
  };
  let lastDate = "2024-01-01T00:00:00Z";
  const git = (...args: string[]): string => run(args, lastDate);
  const run = (args: string[], committedAt: string): string =>
    execFileSync("git", args, {
      cwd: path,
      env: { ...env, GIT_COMMITTER_DATE: committedAt },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  git("init", "-q", "-b", "main");
  return {
    path,
    git,
    write: (file, content) => {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), content);
    },
    commit: (subject, authoredAt, author = "Ada <ada@example.com>") => {
      git("add", "-A");
      lastDate = authoredAt;
      git("commit", "-q", "--allow-empty", "-m", subject, "--date", authoredAt, "--author", author);
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
