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
  /** Seals users' tokens; null where none are kept. */
  encryptionKey: Buffer | null;
  llmUrl: string;
  /** The platform's key for the language model; null: rules write the sentence, unless users have keys. */
  llmKey: string | null;
  /** Analyses with the platform's key for each user. */
  freeAnalyses: number;
  /** Whether a fallback worker runs beside the app. */
  hasWorker: boolean;
  workerId: string;
  workerPollMs: number;
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
    encryptionKey: readKey(env.GITHUB_TOKEN_ENCRYPTION_KEY),
    llmUrl: (env.LLM_BASE_URL || "https://api.anthropic.com").replace(/\/+$/, ""),
    llmKey: env.LLM_API_KEY || null,
    freeAnalyses: readInteger(env, "FREE_ANALYSES", 5, 0, 1_000_000),
    hasWorker: env.FALLBACK_WORKER === "1",
    workerId: env.WORKER_ID || "worker-1",
    workerPollMs: readInteger(env, "WORKER_POLL_MS", 5000, 10, 3_600_000),
  };
}

function readKey(text: string | undefined): Buffer | null {
  if (text === undefined || text === "") return null;
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  throw new Error("GITHUB_TOKEN_ENCRYPTION_KEY must be 64 hexadecimal characters: openssl rand -hex 32");
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
