/**
 * Runs one git command and gives its output. Called by `local-git.ts`; never through a shell.
 */
import { spawn } from "node:child_process";

/** Set inside git hooks; they would point git at another repository than the one that was asked for. */
const REPOSITORY_VARIABLES = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_EXTERNAL_DIFF",
];

/** Git ended with another exit code than 0. `message` holds what git said. */
export class GitError extends Error {
  override readonly name: string = "GitError";
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * @param cwd an existing folder.
 * @param input written to git's standard input.
 * @throws GitError when git fails, or is not installed (`exitCode` null).
 */
export function runGit(cwd: string, args: readonly string[], input = ""): Promise<string> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LC_ALL: "C.UTF-8",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
  for (const name of REPOSITORY_VARIABLES) delete env[name];
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => complaint.push(chunk));
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "ENOENT" ? "git was not found; install it or put it on the PATH" : cause.message;
      reject(new GitError(`Could not run git: ${reason}.`, null));
    });
    child.once("close", (exitCode) => {
      if (exitCode === 0) return resolve(Buffer.concat(output).toString("utf8"));
      const said = Buffer.concat(complaint).toString("utf8").trim() || `exit code ${exitCode}`;
      reject(new GitError(`git ${args.find((arg) => /^[a-z]/.test(arg)) ?? ""} failed in ${cwd}: ${said}`, exitCode));
    });
    // Git may end before it has read everything; its exit code says what went wrong.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
