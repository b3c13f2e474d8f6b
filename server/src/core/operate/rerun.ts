/**
 * Runs again what ran before: whole, or from one of its steps on. The new run names the old one, which stays as it is.
 * See docs/operations.md#rerun.
 */
import type { FunctionRecord } from "../../domain/app.ts";
import { EngineError } from "../../domain/error.ts";
import type { EventRecord } from "../../domain/event.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { StepRecord } from "../../domain/run/step.ts";
import { type StepView, viewSteps } from "../../domain/run/step-view.ts";
import { toStoredJson } from "../../domain/stored-json.ts";
import type { RunStart } from "../../domain/transition.ts";
import type { Execution } from "../../ports/store.ts";
import type { Parts } from "../parts/parts.ts";
import { type StartParts, startRun } from "../start/start-run.ts";
import { assertKnownFields } from "../wire/known-fields.ts";
import type { Committer } from "../work/committer.ts";

/** From a step on: what came before it is remembered, what comes after runs anew. At most one of `input` and `output`. */
export interface FromStep {
  /** Hash of the step's id, or the id as its author wrote it. */
  stepId: string;
  /** The step runs again with these arguments. */
  input?: unknown[];
  /** The step is remembered with this result instead, and what comes after it runs. */
  output?: unknown;
}

/** What is written of a run that repeats another. */
export interface Repeat {
  starts: RunStart[];
  /** Events of its own, where they were edited. */
  copies: EventRecord[];
}

function invalid(message: string): EngineError {
  return new EngineError("invalid_request", message);
}

/** Reads `{ fromStep?: { stepId, input?, output? } }`. @throws EngineError `invalid_request` */
function parseRerun(body: unknown): FromStep | null {
  const raw = (typeof body === "object" && body !== null ? body : {}) as { fromStep?: unknown };
  assertKnownFields(raw, ["fromStep"]);
  const { fromStep } = raw;
  if (fromStep === undefined || fromStep === null) return null;
  const step = (typeof fromStep === "object" ? fromStep : {}) as Record<string, unknown>;
  const { stepId, input, output } = step;
  if (typeof stepId !== "string" || stepId === "")
    throw invalid("`fromStep.stepId` must be the id of a step of the run, as `GET /v2/runs/:id/trace` lists them.");
  assertKnownFields(step, ["stepId", "input", "output"], "fromStep.");
  if (input !== undefined && !Array.isArray(input))
    throw invalid("`fromStep.input` must be an array: the arguments that the step's function is called with.");
  if (input !== undefined && output !== undefined)
    throw invalid(
      "`fromStep` has `input` and `output`: give the first to run the step again, the second to replace its result.",
    );
  return {
    stepId,
    ...(input === undefined ? {} : { input: input as unknown[] }),
    ...(output === undefined ? {} : { output }),
  };
}

function findStep(run: RunRecord, steps: readonly StepView[], stepId: string): StepView {
  const exact = steps.find(({ id }) => id === stepId);
  if (exact !== undefined) return exact;
  const named = steps.filter(({ displayName }) => displayName === stepId);
  if (named.length === 1 && named[0] !== undefined) return named[0];
  if (named.length > 1)
    throw new EngineError(
      "step_not_found",
      `More than one step of run ${run.id} is called "${stepId}". Give the hash of one: ${named.map(({ id }) => id).join(", ")}.`,
    );
  const known = steps.map(({ displayName }) => displayName).slice(0, 20);
  const hint = known.length === 0 ? "It has no steps." : `Its steps: ${known.join(", ")}.`;
  throw new EngineError("step_not_found", `Run ${run.id} has no step "${stepId}". ${hint}`);
}

/** Steps that the new run remembers, in their order. */
function rememberedSteps(steps: readonly StepRecord[], chosen: StepView, fromStep: FromStep): StepRecord[] {
  const ended = steps.filter((step) => step.position !== null);
  const before = ended.filter((step) => chosen.position === null || Number(step.position) < chosen.position);
  if (fromStep.output === undefined) return before;
  const { wakesAt: _wakesAt, retryAt: _retryAt, ...rest } = chosen;
  const edited: StepRecord = {
    ...rest,
    wakesAt: null,
    status: "Completed",
    memo: `{"data":${toStoredJson(fromStep.output)}}`,
    startedAt: chosen.startedAt ?? chosen.queuedAt,
    endedAt: chosen.endedAt ?? chosen.queuedAt,
  };
  return [...before, edited];
}

function functionOf(parts: Pick<Parts, "registry">, run: RunRecord): FunctionRecord {
  const fn = parts.registry.functionById(run.functionId);
  if (fn !== null && fn.archivedAt === null) return fn;
  throw new EngineError(
    "unknown_function",
    `No synced app serves the function of run ${run.id}${fn === null ? "" : `, ${fn.slug},`} any more. Sync the app that has it, then try again.`,
  );
}

/** The first event with other data, as an event of the new run's own. */
function editedEvent(parts: Pick<Parts, "newId">, event: EventRecord, data: string, now: number): EventRecord {
  const internalId = parts.newId(now);
  return { ...event, internalId, id: internalId, data, receivedAt: now };
}

export interface RepeatEdit {
  /** JSON text that replaces the event's data; null leaves it. */
  data: string | null;
  /** See RunRecord. */
  stepInputs: string | null;
}

export const noEdit: RepeatEdit = { data: null, stepInputs: null };

/**
 * The run that repeats another. It begins at once, and no limit on starts refuses it: somebody asked for it.
 * @throws EngineError `unknown_function`, `event_not_found`
 */
export function repeatRun(
  parts: StartParts & Pick<Parts, "registry">,
  execution: Execution,
  edit: RepeatEdit,
  now: number,
): Repeat {
  const { run, events } = execution;
  const fn = functionOf(parts, run);
  const [first, ...others] = events;
  if (first === undefined)
    throw new EngineError("event_not_found", `The event of run ${run.id} is gone: the run cannot be repeated.`);
  const event = edit.data === null ? first : editedEvent(parts, first, edit.data, now);
  const start = startRun(parts, fn, event, {
    now,
    cron: run.cron,
    idempotencyKey: null,
    events: [event, ...others],
    originalRunId: run.id,
    stepInputs: edit.stepInputs,
  });
  return { starts: [start], copies: edit.data === null ? [] : [event] };
}

/** The same from a step on. @throws EngineError `step_not_found` and what {@link repeatRun} throws */
async function repeatFrom(parts: Parts, execution: Execution, fromStep: FromStep, now: number): Promise<Repeat> {
  const { run } = execution;
  const [steps, attempts] = await Promise.all([parts.store.listSteps(run.id), parts.store.listAttempts(run.id)]);
  const chosen = findStep(run, viewSteps(run, steps, attempts), fromStep.stepId);
  const stepInputs = fromStep.input === undefined ? null : toStoredJson({ [chosen.id]: fromStep.input });
  const repeat = repeatRun(parts, execution, { data: null, stepInputs }, now);
  const remembered = rememberedSteps(steps, chosen, fromStep);
  return { ...repeat, starts: repeat.starts.map((start) => ({ ...start, remembered })) };
}

/** @throws EngineError `run_not_found`, `step_not_found`, `unknown_function`, `invalid_request` */
export async function rerun(
  parts: Parts,
  committer: Committer,
  runId: string,
  body: unknown,
): Promise<{ runId: string }> {
  const fromStep = parseRerun(body);
  const execution = await parts.store.loadExecution(runId);
  if (execution === null) throw new EngineError("run_not_found", `There is no run ${runId}.`);
  const now = parts.clock.now();
  const repeat =
    fromStep === null ? repeatRun(parts, execution, noEdit, now) : await repeatFrom(parts, execution, fromStep, now);
  await committer.commit({ lease: null, ...repeat }, "new");
  return { runId: repeat.starts[0]?.run.id ?? "" };
}
