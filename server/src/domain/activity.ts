/**
 * What the engine tells people while it works: one entry an event, run and step. For the terminal, later for live pages.
 */
import type { Severity } from "./alerts/rule.ts";
import type { EndedStatus } from "./run/run.ts";

interface RunRef {
  runId: string;
  /** `<app>-<function>`. */
  slug: string;
}

/** Times are milliseconds since 1970, durations milliseconds. */
export type Activity =
  | {
      kind: "event-received";
      at: number;
      eventId: string;
      name: string;
      runs: number;
      /** Functions that it did not start although their triggers match, and why. Default: none. */
      notStarted?: { slug: string; reason: string }[];
    }
  | ({ kind: "run-started"; at: number } & RunRef)
  | ({
      kind: "step-ended";
      at: number;
      step: string;
      durationMs: number | null;
      failed: boolean;
      error: string | null;
    } & RunRef)
  | ({ kind: "step-sleeping"; at: number; step: string; until: number } & RunRef)
  | ({
      kind: "attempt-failed";
      at: number;
      step: string | null;
      attempt: number;
      maxAttempts: number;
      error: string;
      retryAt: number;
    } & RunRef)
  | ({ kind: "run-ended"; at: number; status: EndedStatus; durationMs: number; error: string | null } & RunRef)
  | { kind: "app-synced"; at: number; app: string; url: string; functions: number; modified: boolean }
  | { kind: "app-warned"; at: number; app: string; message: string }
  | { kind: "app-unreachable"; at: number; url: string; error: string }
  | { kind: "alert-began"; at: number; alertId: string; rule: string; severity: Severity; text: string }
  | { kind: "alert-ended"; at: number; alertId: string; rule: string; severity: Severity; durationMs: number };
