/**
 * One sentence about a repository, for the step `compute-analysis`: by a language model where there is a key for it, else by rules.
 * The engine's runs take the user's own key, or the platform's as long as the user has free analyses left, and record what was
 * used. The fallback worker takes the platform's key alone, and counts and records nothing.
 */
import type { Analysis } from "../analysis/analyze.ts";
import type { Secrets } from "../secrets.ts";
import type { AskLlm } from "./ask-llm.ts";
import type { LlmUsage } from "./llm-usage.ts";

export interface Vibe {
  text: string;
  /** Whose key paid for it. */
  by: "user-key" | "platform-key" | "rules";
}

export type DescribeVibe = (
  metrics: Analysis,
  who: { jobId: string; userId: string; worker: boolean },
) => Promise<Vibe>;

export interface VibeOptions {
  ask: AskLlm;
  secrets: Pick<Secrets, "find">;
  usage: LlmUsage;
  platformKey: string | null;
  /** Analyses with the platform's key for each user. */
  freeAnalyses: number;
}

/** @returns the vibe of a repository without the help of a model. Pure. */
export function vibeByRules({ commits, byHour, sessions }: Analysis): string {
  if (commits === 0) return "Nothing has happened here yet.";
  const night = byHour
    .slice(22)
    .concat(byHour.slice(0, 5))
    .reduce((sum, count) => sum + count, 0);
  const when = night * 2 > commits ? "mostly at night" : "mostly by day";
  return `${commits} commits, ${when}, in sessions of ${sessions.medianMinutes} minutes.`;
}

export function createDescribeVibe({ ask, secrets, usage, platformKey, freeAnalyses }: VibeOptions): DescribeVibe {
  return async (metrics, { jobId, userId, worker }) => {
    const own = worker ? null : secrets.find(userId, "llm-key");
    const isFree = worker || usage.platformAnalyses(userId, jobId) < freeAnalyses;
    const key = own ?? (isFree ? platformKey : null);
    if (key === null) return { text: vibeByRules(metrics), by: "rules" };
    const by = own === null ? "platform-key" : "user-key";
    const { text, inputTokens, outputTokens } = await ask(key, metrics, by);
    if (!worker) usage.record({ jobId, userId, by, inputTokens, outputTokens });
    return { text, by };
  };
}
