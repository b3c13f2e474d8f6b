/**
 * Checkpoints: steps that an app ran within one call are stored while the call goes on, under the call's lease.
 * See docs/sdk.md#checkpointing; recordings: test/protocol/fixtures/checkpoint.json.
 */
import { isOpcode, type Operation } from "stepwell/protocol";
import { noAdvice } from "../../domain/answer.ts";
import type { FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import { leaseOf, type QueueItem } from "../../domain/queue/queue-item.ts";
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

interface Checkpoint {
  steps: Operation[];
  logs: CallLog;
  itemId: string;
  fence: number | null;
}

function parseSteps(given: unknown): Checkpoint {
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

/** Saves the steps of a checkpoint. False: the run was changed since it was read. */
async function save(
  parts: Parts,
  committer: Committer,
  { run, fn, item }: { run: RunRecord; fn: FunctionRecord; item: QueueItem },
  { steps, logs }: Pick<Checkpoint, "steps" | "logs">,
): Promise<boolean> {
  if (isEnded(run.status)) throw stale(run.id);
  const now = parts.clock.now();
  const draft = createDraft(parts, { execution: runOnly(run), fn, item, calledAt: now, now }, noAdvice, logs);
  for (const operation of steps) {
    draft.metadata.push(...metadataOf(draft, operation));
    operationTable[operation.op](draft, operation);
  }
  const fault = excess(parts.limits, run, draft.ends);
  if (fault !== null) throw fault;
  const patch = run.checkpointed || steps.length === 0 ? {} : { run: { runId: run.id, checkpointed: true } as const };
  const transition: Transition = {
    lease: leaseOf(item),
    settle: { kind: "keep" },
    openRun: run.id,
    runVersion: run.version,
    ends: draft.ends.map((step) => ({ step })),
    ...patch,
    ...saidBeside(draft),
  };
  const result = await committer.commit(transition, "continues", ({ openRun }) => {
    const checkpointed = run.checkpointed || steps.length > 0;
    if (openRun !== undefined) parts.runs.keep(item, { ...run, ...openRun, checkpointed });
    for (const step of draft.ends) tellStep(parts, run, fn, step, now);
  });
  if (!result.ok && result.reason !== "run-moved") throw stale(run.id);
  return result.ok;
}

export async function checkpoint(parts: Parts, committer: Committer, runId: string, body: unknown): Promise<void> {
  const { itemId, fence, ...said } = parseSteps(body);
  // Any engine takes it: that the lease still holds the store finds out, when it is written.
  const item = parts.underWay.item(itemId) ?? (await parts.store.getItem(itemId));
  if (item === null || item.runId !== runId || (fence !== null && fence !== item.fence)) throw stale(runId);
  if (parts.registry.functionById(item.functionId) === null) await parts.registry.load();
  const fn = parts.registry.functionById(item.functionId);
  if (fn === null) throw stale(runId);
  for (let run = parts.runs.kept(item); ; run = null) {
    run ??= await parts.store.getRun(runId);
    if (run === null) throw stale(runId);
    if (await save(parts, committer, { run, fn, item }, said)) return;
  }
}
