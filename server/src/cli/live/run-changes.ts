/**
 * What of a run has not been told yet. Made by run-looker, once a run. Pure but for what it remembers.
 */
import type { FunctionAnswer, RunAnswer, SpanAnswer } from "../../api/answers.ts";
import { errorMessage } from "../format/error-message.ts";
import type { LiveEntry } from "./live-entry.ts";

export const isOver = ({ status }: Pick<RunAnswer, "status">): boolean => status !== "QUEUED" && status !== "RUNNING";

const endings = { COMPLETED: "Completed", FAILED: "Failed", CANCELLED: "Cancelled", SKIPPED: "Skipped" } as const;
/** How a step stands when it has ended. */
const stepEndings: ReadonlySet<string> = new Set(["COMPLETED", "FAILED", "CANCELLED", "TIMEDOUT"]);

const defaultAttempts = 5;

/** Attempts at each step of a function, at most. */
export function attemptsOf(fn: Pick<FunctionAnswer, "configuration"> | undefined): number {
  const retries = fn?.configuration["retries"];
  return typeof retries === "number" ? retries + 1 : defaultAttempts;
}

const msOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Date.parse(text);

export class RunChanges {
  readonly #told = new Set<string>();
  readonly #maxAttempts: number;

  /** `maxAttempts`: of its function's steps. */
  constructor(maxAttempts: number) {
    this.#maxAttempts = maxAttempts;
  }

  /** Entries that are new since the last call, oldest first. */
  take(run: RunAnswer, spans: readonly SpanAnswer[]): LiveEntry[] {
    const entries = [...this.#begun(run), ...spans.flatMap((span) => this.#ofSpan(run, span))];
    return [...entries.sort((a, b) => a.at - b.at), ...this.#ended(run)];
  }

  #isNew(key: string): boolean {
    const isNew = !this.#told.has(key);
    this.#told.add(key);
    return isNew;
  }

  #begun(run: RunAnswer): LiveEntry[] {
    const at = msOf(run.startedAt);
    if (at === null || !this.#isNew("begun")) return [];
    return [{ kind: "run-started", at, ...refOf(run) }];
  }

  #ended(run: RunAnswer): LiveEntry[] {
    if (run.status === "QUEUED" || run.status === "RUNNING" || !this.#isNew("ended")) return [];
    const at = msOf(run.endedAt) ?? msOf(run.queuedAt) ?? 0;
    const from = msOf(run.startedAt) ?? msOf(run.queuedAt) ?? at;
    const error = run.error === null ? run.reason : errorMessage(run.error);
    const durationMs = Math.max(at - from, 0);
    return [{ kind: "run-ended", at, ...refOf(run), status: endings[run.status], durationMs, error }];
  }

  #ofSpan(run: RunAnswer, span: SpanAnswer): LiveEntry[] {
    if (span.stepOp === undefined) return this.#failedAttempt(run, span, null);
    const failed = span.children.flatMap((attempt) => this.#failedAttempt(run, attempt, span.name));
    return [...failed, ...this.#waiting(run, span), ...this.#stepEnded(run, span)];
  }

  /** The last attempt is told of as the end of its step or run. */
  #failedAttempt(run: RunAnswer, attempt: SpanAnswer, step: string | null): LiveEntry[] {
    const [at, retryAt] = [msOf(attempt.endedAt), msOf(attempt.retryAt)];
    if (at === null || retryAt === null || !this.#isNew(attempt.id)) return [];
    const number = Number(attempt.id.slice(attempt.id.lastIndexOf(":") + 1));
    const error = errorMessage(attempt.error);
    const tries = { attempt: number, maxAttempts: Math.max(this.#maxAttempts, number + 1) };
    return [{ kind: "attempt-failed", at, ...refOf(run), step, ...tries, error, retryAt }];
  }

  #waiting(run: RunAnswer, { id, name, status, queuedAt, wakesAt }: SpanAnswer): LiveEntry[] {
    const at = msOf(queuedAt) ?? 0;
    const until = msOf(wakesAt);
    if (status === "SLEEPING" && until !== null && this.#isNew(`${id}:waits`))
      return [{ kind: "step-sleeping", at, ...refOf(run), step: name, until }];
    if ((status === "WAITING" || status === "INVOKING") && this.#isNew(`${id}:waits`))
      return [{ kind: "step-waiting", at, ...refOf(run), step: name, until }];
    return [];
  }

  #stepEnded(run: RunAnswer, span: SpanAnswer): LiveEntry[] {
    const at = msOf(span.endedAt);
    if (at === null || !stepEndings.has(span.status) || !this.#isNew(`${span.id}:ended`)) return [];
    const how = span.status === "TIMEDOUT" ? " timed out" : span.status === "CANCELLED" ? " cancelled" : "";
    const failed = span.status === "FAILED";
    const last = span.children.at(-1)?.error ?? span.error;
    const error = failed && last !== undefined ? errorMessage(last) : null;
    const step = span.name + how;
    return [{ kind: "step-ended", at, ...refOf(run), step, durationMs: span.durationMs, failed, error }];
  }
}

const refOf = (run: RunAnswer): { runId: string; slug: string } => ({ runId: run.id, slug: run.function.id });
