/**
 * A transition in the making: what the operations of one answer add up to. Made by decide, filled by the opcodes' files.
 */
import type { Operation } from "stepwell/protocol";
import type { RetryAdvice } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { LogWrite } from "../../domain/run/run-log.ts";
import type { MetadataWrite } from "../../domain/run/run-metadata.ts";
import type { AttemptRecord, StepRecord } from "../../domain/run/step.ts";
import type { Settlement, StepPlan } from "../../domain/transition.ts";
import type { Execution } from "../../ports/store.ts";
import type { RunEnd } from "../end/finish-run.ts";
import type { EngineLimits } from "../limits/limits.ts";
import type { Parts } from "../parts/parts.ts";

/** What the opcodes may use of the engine. */
export type DraftParts = Pick<Parts, "registry" | "logger" | "newId" | "limits" | "rateLimitMode">;

export interface Draft {
  readonly parts: DraftParts;
  /** What is being answered. */
  readonly execution: Execution;
  readonly fn: FunctionRecord;
  readonly item: QueueItem;
  readonly retry: RetryAdvice;
  readonly now: number;
  /** When the call began, milliseconds since 1970. */
  readonly calledAt: number;
  readonly limits: EngineLimits;
  /** Milliseconds until the next try after this attempt, by the engine's own backoff. */
  readonly backoffMs: number;

  readonly plans: StepPlan[];
  readonly ends: StepRecord[];
  readonly attempts: AttemptRecord[];
  readonly metadata: MetadataWrite[];
  /** What the function wrote with its logger; null for nothing. */
  readonly logs: LogWrite | null;
  settle: Settlement;
  /** The version of the registry, when the decision rests on what is not in it; null otherwise. */
  registry: number | null;
  /** Set when the run ends with this answer. */
  end: RunEnd | null;
  /** Whether the function is to be called again from the top once no step is pending. */
  discover: boolean;
  /** Whether it is to be called at once, whatever is pending (race mode). */
  discoverNow: boolean;
}

/** Adds to a draft what one operation means. */
export type ApplyOperation = (draft: Draft, operation: Operation) => void;
