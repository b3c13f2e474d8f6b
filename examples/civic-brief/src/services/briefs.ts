/** The table of briefs: what became of each. Called by the last step, by `onFailure` and by the function `briefs`. */
import type { Line } from "./claude.ts";
import { execute } from "./turso.ts";

export interface Brief {
  /** Id of the run that made it. */
  id: string;
  userId: string;
  policyInterests: string[];
  script: Line[];
  audioUrl: string;
}

export interface BriefStatus {
  id: string;
  status: "ready" | "failed";
  audioUrl: string | null;
  error: string | null;
  createdAt: string;
}

/** Once however often it is done: the step may run twice. */
export async function saveBrief({ id, userId, policyInterests, script, audioUrl }: Brief): Promise<void> {
  await execute(
    `INSERT INTO briefs (id, user_id, status, policy_interests, script, audio_url, error, created_at)
     VALUES (?, ?, 'ready', ?, ?, ?, NULL, ?)
     ON CONFLICT (id) DO UPDATE SET status = 'ready', script = excluded.script, audio_url = excluded.audio_url, error = NULL`,
    [id, userId, JSON.stringify(policyInterests), JSON.stringify(script), audioUrl, new Date().toISOString()],
  );
}

/** @param data of the event that asked for it; it may be anything */
export async function saveFailure(id: string, data: unknown, error: string): Promise<void> {
  const { userId, policyInterests } = (data ?? {}) as { userId?: unknown; policyInterests?: unknown };
  await execute(
    `INSERT INTO briefs (id, user_id, status, policy_interests, script, audio_url, error, created_at)
     VALUES (?, ?, 'failed', ?, NULL, NULL, ?, ?) ON CONFLICT (id) DO NOTHING`,
    [
      id,
      typeof userId === "string" ? userId : "",
      JSON.stringify(Array.isArray(policyInterests) ? policyInterests : []),
      error,
      new Date().toISOString(),
    ],
  );
}

/** The newest first. */
export async function briefsOf(userId: string): Promise<BriefStatus[]> {
  const rows = await execute(
    "SELECT id, status, audio_url, error, created_at FROM briefs WHERE user_id = ? ORDER BY created_at DESC, id DESC LIMIT 50",
    [userId],
  );
  return rows.map(({ id, status, audio_url, error, created_at }) => ({
    id: String(id),
    status: status === "ready" ? "ready" : "failed",
    audioUrl: audio_url === null || audio_url === undefined ? null : String(audio_url),
    error: error === null || error === undefined ? null : String(error),
    createdAt: String(created_at),
  }));
}
