/** What language models were used for, one row a job: for bills, and for the free tier. Called by describe-vibe. */
import type { Database } from "../database.ts";

export interface UsageEntry {
  jobId: string;
  userId: string;
  by: "user-key" | "platform-key";
  inputTokens: number;
  outputTokens: number;
}

export interface LlmUsage {
  /** Once a job: the step may run twice. */
  record(entry: UsageEntry): void;
  /** Jobs of a user, other than this one, that the platform paid for. */
  platformAnalyses(userId: string, otherThanJobId: string): number;
}

export function createLlmUsage(database: Database): LlmUsage {
  const insert = database.prepare(
    "INSERT OR REPLACE INTO llm_usage (job_id, user_id, paid_by, input_tokens, output_tokens) VALUES (?, ?, ?, ?, ?)",
  );
  const count = database.prepare(
    "SELECT count(*) AS n FROM llm_usage WHERE user_id = ? AND paid_by = 'platform-key' AND job_id <> ?",
  );
  return {
    record: ({ jobId, userId, by, inputTokens, outputTokens }) => {
      insert.run(jobId, userId, by, inputTokens, outputTokens);
    },
    platformAnalyses: (userId, jobId) => (count.get(userId, jobId) as { n: number }).n,
  };
}
