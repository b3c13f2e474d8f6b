/** Bills in Congress that touch somebody's interests. Called by the step `fetch-bills`. */
import { execute } from "./turso.ts";

export interface Bill {
  id: string;
  title: string;
  summary: string;
}

const most = 10;

/** The newest first. None is no error: then the brief is about the news. */
export async function fetchBills(policyInterests: readonly string[]): Promise<Bill[]> {
  const places = policyInterests.map(() => "?").join(", ");
  const rows = await execute(
    `SELECT id, title, summary FROM bills WHERE policy_area IN (${places}) ORDER BY latest_action_at DESC, id LIMIT ${most}`,
    policyInterests,
  );
  return rows.map(({ id, title, summary }) => ({
    id: String(id),
    title: String(title),
    summary: String(summary),
  }));
}
