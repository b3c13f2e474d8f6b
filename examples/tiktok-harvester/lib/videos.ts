/** Videos, their comments and the domains in them. Called by the steps; each function may be called twice with the same effect. */
import { query } from "./database.ts";
import type { Comment } from "./scraper.ts";

/** @returns those that this run has found first, also when it asks again. */
export async function saveVideos(ids: readonly string[], runId: string): Promise<string[]> {
  await query("INSERT INTO videos (id, found_by) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING", [ids, runId]);
  const rows = await query<{ id: string }>("SELECT id FROM videos WHERE id = ANY ($1) AND found_by = $2 ORDER BY id", [
    ids,
    runId,
  ]);
  return rows.map(({ id }) => id);
}

export async function saveComments(videoId: string, comments: readonly Comment[]): Promise<void> {
  await query("INSERT INTO videos (id, found_by) VALUES ($1, 'harvest') ON CONFLICT DO NOTHING", [videoId]);
  await query(
    `INSERT INTO comments (video_id, id, text) SELECT $1, * FROM unnest($2::text[], $3::text[])
     ON CONFLICT (video_id, id) DO UPDATE SET text = excluded.text`,
    [videoId, comments.map(({ id }) => id), comments.map(({ text }) => text)],
  );
}

export async function commentsOf(videoId: string): Promise<string[]> {
  const rows = await query<{ text: string }>("SELECT text FROM comments WHERE video_id = $1 ORDER BY id", [videoId]);
  return rows.map(({ text }) => text);
}

export async function saveDomains(videoId: string, domains: readonly string[]): Promise<void> {
  await query("INSERT INTO domains (video_id, domain) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING", [
    videoId,
    domains,
  ]);
}

/** Deletes videos that were found earlier than this many days ago, with their comments and domains. */
export async function deleteOlderThan(days: number): Promise<{ videos: number }> {
  const rows = await query("DELETE FROM videos WHERE found_at < now() - make_interval(days => $1) RETURNING id", [
    days,
  ]);
  return { videos: rows.length };
}

/** Names of domains in texts, in small letters, each once. Pure. */
export function domainsIn(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/\b((?:[a-z0-9-]+\.)+[a-z]{2,})\b/gi)]);
  return [...new Set(found.map(([, domain = ""]) => domain.toLowerCase()))].sort();
}
