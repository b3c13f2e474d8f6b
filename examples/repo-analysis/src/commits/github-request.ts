/**
 * One GET to GitHub's REST API; its rate limits become errors that tell the engine when to try again.
 * Called by `github.ts`. Must never put the token in a message.
 *
 * Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import { NonRetriableError, RetryAfterError } from "stepwell";

export interface GithubAccess {
  /** Without a slash at its end; `https://api.github.com` unless told otherwise. */
  baseUrl: string;
  /** Null: requests without a token, 60 an hour. */
  token: string | null;
  fetch: typeof fetch;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface GithubAnswer {
  /** 200 or 409. */
  status: number;
  body: unknown;
  /** Path and query of the next page; null on the last. */
  nextPage: string | null;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** GitHub: wait at least a minute when a secondary limit names no time. */
const DEFAULT_WAIT_MS = 60_000;
/** The clock of GitHub and ours may differ by this much. */
const CLOCK_SLACK_MS = 1000;

/**
 * @param path path and query below the base URL.
 * @throws RetryAfterError at a rate limit.
 * @throws NonRetriableError when trying again cannot help: no such repository, or no permission.
 * @throws Error for anything else, such as a 5xx; the step's usual backoff applies.
 */
export async function getGithubJson(path: string, access: GithubAccess): Promise<GithubAnswer> {
  const response = await access.fetch(`${access.baseUrl}${path}`, {
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "stepwell-repo-analysis",
      ...(access.token === null ? {} : { authorization: `Bearer ${access.token}` }),
    },
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  const waitMs = rateLimitWaitMs(response, text, access.now());
  if (waitMs !== null) {
    const hint = access.token === null ? " Set GITHUB_TOKEN for a higher limit." : "";
    throw new RetryAfterError(
      `GitHub's rate limit is used up; trying again in ${Math.ceil(waitMs / 1000)} s.${hint}`,
      waitMs,
    );
  }
  if (response.status === 401) {
    throw new NonRetriableError(
      "GitHub refused the token (401). Set GITHUB_TOKEN to a valid one, or unset it for public repositories.",
    );
  }
  if (response.status === 403 || response.status === 404 || response.status === 451) {
    const hint = access.token === null ? "set GITHUB_TOKEN if it is private" : "check that the token may read it";
    throw new NonRetriableError(
      `GitHub answered ${response.status} to ${path}: the repository does not exist or may not be read; ${hint}.`,
    );
  }
  if (!response.ok && response.status !== 409) throw new Error(`GitHub answered ${response.status} to ${path}.`);
  return {
    status: response.status,
    body: parseJson(text, path),
    nextPage: nextPageOf(response.headers.get("link"), access.baseUrl),
  };
}

/**
 * How long to wait before the next request; null when the answer is no rate limit.
 * A 403 counts as one only when a header or its text says so: it also means "no permission".
 */
function rateLimitWaitMs(response: Response, text: string, nowMs: number): number | null {
  if (response.status !== 403 && response.status !== 429) return null;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  if (retryAfter >= 0) return Math.max(retryAfter * 1000, CLOCK_SLACK_MS);
  const resetSeconds = Number(response.headers.get("x-ratelimit-reset") ?? Number.NaN);
  if (response.headers.get("x-ratelimit-remaining") === "0" && resetSeconds > 0) {
    return Math.max(resetSeconds * 1000 - nowMs, 0) + CLOCK_SLACK_MS;
  }
  return response.status === 429 || /rate limit/i.test(text) ? DEFAULT_WAIT_MS : null;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`GitHub answered ${path} with something other than JSON.`, { cause });
  }
}

/**
 * From `Link: <https://api.github.com/…?page=2>; rel="next"`. Only what stands below the base URL is kept, so that the
 * token never goes to another host.
 */
function nextPageOf(link: string | null, baseUrl: string): string | null {
  const url = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(link ?? "")?.[1];
  if (url === undefined || !URL.canParse(url)) return null;
  const { pathname, search } = new URL(url);
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, "");
  return `${pathname.startsWith(basePath) ? pathname.slice(basePath.length) : pathname}${search}`;
}
