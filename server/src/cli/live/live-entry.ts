/** What commands that follow an engine tell, one entry a thing that happened. Types only. */
import type { EventAnswer, LogAnswer } from "../../api/answers.ts";
import type { Activity } from "../../domain/activity.ts";

type RunActivity = Extract<
  Activity,
  { kind: "run-started" | "step-ended" | "step-sleeping" | "attempt-failed" | "run-ended" }
>;

/** Times are milliseconds since 1970. */
export type LiveEntry =
  | RunActivity
  | { kind: "step-waiting"; at: number; runId: string; slug: string; step: string; until: number | null }
  | { kind: "event"; at: number; event: EventAnswer }
  | { kind: "log"; at: number; runId: string; slug: string; line: LogAnswer };
