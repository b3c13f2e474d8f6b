/**
 * What a finished job gives: written by `save-results`, read by the API and the report.
 */
import type { Analysis } from "./analysis/analyze.ts";
import type { Vibe } from "./vibe/describe-vibe.ts";

export interface AnalysisResult extends Analysis {
  /** A sentence about the repository. Missing where nobody describes it. */
  vibe?: Vibe;
  repoId: string;
  /** Whose clock hours and weekdays show. */
  timeZone: "author" | "utc";
  /** True when the repository has older commits than those analysed. */
  truncated: boolean;
  /** Oldest commits whose file lists were too large to keep; they are missing from `hotFiles`. */
  withoutFiles: number;
  /** Commits at the edge of a shallow clone, whose changes are not known; they count as no lines. */
  unknownChanges: number;
  /** ISO 8601, UTC. */
  analyzedAt: string;
}
