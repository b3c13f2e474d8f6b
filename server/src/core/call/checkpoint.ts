/**
 * Checkpoints: steps that an app ran within one call are stored while the call goes on, under the call's lease.
 * See docs/sdk.md#checkpointing; recordings: test/protocol/fixtures/checkpoint.json.
 */
import { isOpcode, type Operation } from "stepwell/protocol";
import { noAdvice } from "../../domain/answer.ts";
import { EngineError } from "../../domain/error.ts";
import { leaseOf } from "../../domain/queue/queue-item.ts";
import { isEnded, type RunRecord } from "../../domain/run/run.ts";
import type { CallLog } from "../../domain/run/run-log.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import type { Transition } from "../../domain/transition.ts";
import type { EngineLimits } from "../limits/limits.ts";
import { tooManySteps, tooMuchState } from "../limits/run-limits.ts";
import { metadataOf } from "../ops/metadata-entry.ts";
import { operationTable } from "../ops/table.ts";
import type { Parts } from "../parts/parts.ts";
import { readLogged } from "../wire/logged-lines.ts";
import { operationProblem } from "../wire/operation-problem.ts";
import { respellCheckpoint, respellOperation } from "../wire/operation-shape.ts";
import type { Committer } from "../work/committer.ts";
import { createDraft, runOnly, saidBeside } from "./decide.ts";
import { tellStep } from "./tell.ts";

type Raw = Record<string, unknown>;

function invalid(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

function stale(runId: string): EngineError {
  return new EngineError(
    "stale_call",
    `This call of run ${runId} is no longer the current one: another attempt has taken over, or the run has ended. Stop working on it.`,
  );
}

function parseOperation(given: unknown, index: number): Operation {
  const raw = respellOperation(given);
  const operation = (typeof raw === "object" && raw !== null ? raw : {}) as Raw;
  if (!isOpcode(operation.op))
    throw invalid(`Step ${index + 1}: \`op\` must be an opcode, got ${JSON.stringify(operation.op ?? null)}.`);
  if (operation.op !== "StepRun" && operation.op !== "Step")
    throw invalid(
      `Step ${index + 1}: a checkpoint takes StepRun, got ${operation.op}; answer the call with it instead.`,
    );
  if (typeof operation.id !== "string" || operation.id === "")
    throw invalid(`Step ${index + 1}: \`id\` must be the hash of a step.`);
  const problem = operationProblem(raw, index);
  if (problem !== null) throw invalid(`These steps cannot be used: ${problem}.`);
  return operation as unknown as Operation;
}

function parseSteps(given: unknown): { steps: Operation[]; logs: CallLog; itemId: string; fence: number | null } {
  const body = respellCheckpoint(given);
  const raw = (typeof body === "object" && body !== null ? body : {}) as Raw;
  if (typeof raw.qi_id !== "string" || raw.qi_id === "")
    throw invalid("`qi_id` must be what the call's `ctx.qi_id` said.");
  if (!Array.isArray(raw.steps)) throw invalid("`steps` must be an array of operations.");
  return {
    steps: raw.steps.map(parseOperation),
    logs: readLogged(raw.logs),
    itemId: raw.qi_id,
    fence: typeof raw.generation_id === "number" ? raw.generation_id : null,
  };
}

/** More steps than a run may have are refused: the app then answers its call with them, which ends the run. */
function excess(limits: EngineLimits, run: RunRecord, ends: readonly StepRecord[]): EngineError | null {
  const manySteps = tooManySteps({ ...run, checkpointed: true }, ends.length, limits);
  if (manySteps !== null) return invalid(manySteps);
  const muchState = tooMuchState(run, ends, limits);
  return muchState === null ? null : new EngineError("state_too_large", muchState);
}

/** A step that came twice is counted twice in what is kept in mind: only the store knows. */
async function assertLimits(parts: Parts, run: RunRecord, isKept: boolean, ends: readonly StepRecord[]): Promise<void> {
  let fault = excess(parts.limits, run, ends);
  if (fault !== null && isKept) fault = excess(parts.limits, (await parts.store.getRun(run.id)) ?? run, ends);
  if (fault !== null) throw fault;
}

/** The run with these steps saved. */
function advance(run: RunRecord, ends: readonly StepRecord[]): RunRecord {
  const savedBytes = ends.reduce((sum, { memo }) => sum + Buffer.byteLength(memo ?? ""), 0);
  return {
    ...run,
    stepCount: run.stepCount + ends.length,
    stateBytes: run.stateBytes + savedBytes,
    checkpointed: run.checkpointed || ends.length > 0,
  };
}

export async function checkpoint(parts: Parts, committer: Committer, runId: string, body: unknown): Promise<void> {
  const { steps, logs, itemId, fence } = parseSteps(body);
  // Any engine takes it: that the lease still holds the store finds out, when it is written.
  const item = parts.underWay.item(itemId) ?? (await parts.store.getItem(itemId));
  if (item === null || item.runId !== runId || (fence !== null && fence !== item.fence)) throw stale(runId);
  const changes = parts.runs.changes(runId);
  const kept = parts.runs.kept(item);
  const run = kept ?? (await parts.store.getRun(runId));
  if (parts.registry.functionById(item.functionId) === null) await parts.registry.load();
  const fn = parts.registry.functionById(item.functionId);
  if (run === null || fn === null || isEnded(run.status)) throw stale(runId);
  const now = parts.clock.now();
  const draft = createDraft(parts, { execution: runOnly(run), fn, item, calledAt: now, now }, noAdvice, logs);
  for (const operation of steps) {
    draft.metadata.push(...metadataOf(draft, operation));
    operationTable[operation.op](draft, operation);
  }
  await assertLimits(parts, run, kept !== null, draft.ends);
  const lease = leaseOf(item);
  const ends = draft.ends.map((step) => ({ step }));
  const patch = run.checkpointed || steps.length === 0 ? {} : { run: { runId, checkpointed: true } as const };
  const said = saidBeside(draft);
  const transition: Transition = { lease, settle: { kind: "keep" }, openRun: runId, ends, ...patch, ...said };
  const result = await committer.commit(transition, "continues", () => {
    if (parts.runs.changes(runId) === changes + 1) parts.runs.keep(item, advance(run, draft.ends), changes + 1);
    for (const step of draft.ends) tellStep(parts, run, fn, step, now);
  });
  if (!result.ok) throw stale(runId);
}
