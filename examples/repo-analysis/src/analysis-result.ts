/**
 * What a finished job gives: written by `save-results`, read by the API and the report.
 */
import type { Analysis } from "./analysis/analyze.ts";

export interface AnalysisResult extends Analysis {
  repoId: string;
  /** Whose clock hours and weekdays show. */
  timeZone: "author" | "utc";
  /** True when the repository has older commits than those analysed. */
  truncated: boolean;
  /** Oldest commits whose file lists were too large to keep; they are missing from `hotFiles`. */
  withoutFiles: number;
  /** ISO 8601, UTC. */
  analyzedAt: string;
}
