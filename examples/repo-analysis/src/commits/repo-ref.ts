/**
 * The text that names a repository in events and in the job table: `local:/abs/path` or `github:owner/name`.
 * Called by the API (what a person typed) and by `load-job-context` (what the job row holds). Pure.
 */
import { resolve } from "node:path";

export type RepoRef = { kind: "local"; path: string } | { kind: "github"; owner: string; name: string };

const GITHUB_URL =
  /^(?:https?:\/\/(?:www\.)?github\.com\/|(?:ssh:\/\/)?git@github\.com[:/])([^/\s]+)\/([^/\s?#]+?)(?:\.git)?(?:[/?#].*)?$/i;
const GITHUB_NAME = /^[\w.-]{1,100}$/;

/**
 * @param input a folder, a GitHub URL, or an id that `toRepoId` made. A relative folder starts at `cwd`.
 * @throws Error when the input is empty or a URL of another host.
 */
export function parseRepoRef(input: string, cwd: string): RepoRef {
  const text = input.trim();
  if (text === "")
    throw new Error("No repository given. Expected a folder or a URL such as https://github.com/owner/name.");
  if (text.startsWith("local:")) return { kind: "local", path: resolve(cwd, text.slice("local:".length)) };
  const match = text.startsWith("github:") ? /^github:([^/]+)\/([^/]+)$/.exec(text) : GITHUB_URL.exec(text);
  if (match === null) {
    if (/^[a-z][a-z+]*:\/\/|^github:|^git@/i.test(text)) {
      throw new Error(
        `Cannot read commits from ${text}. Expected https://github.com/owner/name, or a folder with a clone.`,
      );
    }
    return { kind: "local", path: resolve(cwd, text) };
  }
  const [, owner = "", name = ""] = match;
  if (![owner, name].every((part) => GITHUB_NAME.test(part) && !/^\.+$/.test(part))) {
    throw new Error(`${text} does not name a GitHub repository. Expected https://github.com/owner/name.`);
  }
  return { kind: "github", owner, name };
}

export function toRepoId(repo: RepoRef): string {
  return repo.kind === "local" ? `local:${repo.path}` : `github:${repo.owner}/${repo.name}`;
}
