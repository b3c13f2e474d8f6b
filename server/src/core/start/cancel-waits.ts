/** `cancelOn` of a function, as waits that are written with a run. Called by start-run. */
import { parseTimeString } from "stepwell/protocol";
import type { FunctionRecord } from "../../domain/app.ts";
import { isEngineError } from "../../domain/error.ts";
import type { CancelRule } from "../../domain/flow.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { WaitPut } from "../../domain/run/wait.ts";
import { yearMs } from "../../domain/run/wait-records.ts";
import { evaluateCondition } from "../expression/condition.ts";
import { type FilledCondition, fillIn } from "../expression/fill-in.ts";
import type { Parts } from "../parts/parts.ts";

type View = Record<string, unknown>;

/** Milliseconds since 1970. What is no time lasts as long as the default: registration has refused it before. */
function expiryOf({ timeout }: CancelRule, now: number): number {
  if (timeout === null || timeout === "") return now + yearMs;
  const durationMs = parseTimeString(timeout);
  const at = durationMs !== null ? now + durationMs : Date.parse(timeout);
  return Number.isFinite(at) ? Math.min(Math.ceil(at), Number.MAX_SAFE_INTEGER) : now + yearMs;
}

/** Null when the rule can never hold for this run. */
function fill(
  { condition }: CancelRule,
  view: View,
  now: number,
): (Omit<FilledCondition, "condition"> & { condition: string | null }) | null {
  if (condition === null) return { condition: null, path: "", value: "" };
  const filled = fillIn(condition, view);
  if (/\basync\b/.test(filled.condition)) return filled;
  return evaluateCondition(filled.condition, { event: view, async: {}, now }).holds ? filled : null;
}

/** `view` is the event that starts the run. */
export function cancelWaits(
  parts: Pick<Parts, "logger">,
  fn: FunctionRecord,
  view: () => View,
  run: RunRecord,
): WaitPut[] {
  return fn.flow.cancelOn.flatMap((rule, index): WaitPut[] => {
    const { queuedAt: now } = run;
    try {
      const filled = fill(rule, view(), now);
      if (filled === null) return [];
      const id = `${run.id}:cancel:${index}`;
      const wait = { id, kind: "cancel", runId: run.id, functionId: fn.id, stepId: null, name: rule.event } as const;
      return [{ wait: { ...wait, ...filled, expiresAt: expiryOf(rule, now), createdAt: now } }];
    } catch (error) {
      if (!isEngineError(error)) throw error;
      parts.logger.warn({ function: fn.slug, error: error.message }, "A cancelOn could not be set up for a run");
      return [];
    }
  });
}
