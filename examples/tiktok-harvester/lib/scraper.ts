/**
 * The worker service, which reads TikTok: WORKER_WEBHOOK_URL, with WORKER_API_KEY. Called by the steps of discovery and
 * harvesting. What it refuses becomes an error that says whether and when to try again.
 */
import { NonRetriableError, RetryAfterError } from "stepwell";
import { readText } from "./settings.ts";

export interface Comment {
  id: string;
  text: string;
}

const timeoutMs = 60_000;
const waitDefaultMs = 60_000;

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${readText("WORKER_WEBHOOK_URL").replace(/\/+$/, "")}${path}`, {
    headers: { "x-api-key": readText("WORKER_API_KEY") },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const { status } = response;
  if (response.ok) return (await response.json()) as T;
  const problem = `The worker service answered ${status} to ${path}.`;
  if (status === 429) {
    const waitMs = Number(response.headers.get("retry-after") ?? Number.NaN) * 1000;
    throw new RetryAfterError(problem, waitMs >= 0 ? waitMs : waitDefaultMs);
  }
  if (status === 401 || status === 403) throw new NonRetriableError(`${problem} Check WORKER_API_KEY.`);
  throw status === 404 ? new NonRetriableError(problem) : new Error(problem);
}

/** Ids of promoted videos, page by page until there are `limit`. */
export async function findVideos(limit: number): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null && found.length < limit) {
    const query = new URLSearchParams({ cursor, limit: String(limit - found.length) });
    const page: { videos: string[]; next: string | null } = await ask(`/videos?${query}`);
    found.push(...page.videos);
    cursor = page.next;
  }
  return found.slice(0, limit);
}

/** A page of comments, from 1. */
export async function readComments(videoId: string, page: number): Promise<{ comments: Comment[]; isLast: boolean }> {
  return ask(`/videos/${encodeURIComponent(videoId)}/comments?page=${page}`);
}
