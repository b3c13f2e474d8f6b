/** The app's settings, read from environment variables. Called by `server.ts`. Pure. */

export interface Config {
  /** 0: any free port. */
  port: number;
  host: string;
  /** Folder of the database and the results. */
  dataDir: string;
  maxCommits: number;
  githubUrl: string;
  githubToken: string | null;
  slowDetailsMs: number;
}

const MAX_COMMITS_DEFAULT = 2000;
/** Above this, the list of hashes and the details no longer fit in a step's output. */
const MAX_COMMITS_LIMIT = 10_000;

/** @throws Error that names the variable, what it holds and what it may hold. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const githubUrl = env.GITHUB_API_URL || "https://api.github.com";
  if (!/^https?:\/\//.test(githubUrl) || !URL.canParse(githubUrl)) {
    throw new Error(`GITHUB_API_URL is ${githubUrl}; expected a URL such as https://api.github.com.`);
  }
  return {
    port: readInteger(env, "PORT", 3000, 0, 65_535),
    host: env.HOST || "127.0.0.1",
    dataDir: env.DATA_DIR || ".repo-analysis",
    maxCommits: readInteger(env, "MAX_COMMITS", MAX_COMMITS_DEFAULT, 1, MAX_COMMITS_LIMIT),
    githubUrl: githubUrl.replace(/\/+$/, ""),
    githubToken: env.GITHUB_TOKEN || null,
    slowDetailsMs: readInteger(env, "DEMO_SLOW_MS", 0, 0, 60_000),
  };
}

function readInteger(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name} is ${text}; expected a whole number from ${min} to ${max}.`);
}
