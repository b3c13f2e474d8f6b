/** Metadata that comes by itself, for a run that goes on or has ended: `POST /v1/runs/:id/metadata`. See docs/api.md#metadata. */
import { createHash } from "node:crypto";
import { EngineError } from "../../domain/error.ts";
import {
  applyMetadata,
  type MetadataRecord,
  type MetadataTarget,
  type MetadataWrite,
  metadataBytes,
} from "../../domain/run/run-metadata.ts";
import { entriesMax, readEntry } from "../ops/metadata-entry.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";

type Raw = Record<string, unknown>;

const expected = '{"target":{"run_id":"…","step_id":"…"},"metadata":[{"kind":"…","op":"merge","values":{}}]}';

function invalid(message: string): EngineError {
  return new EngineError("invalid_request", `${message} Expected ${expected}.`);
}

const isObject = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A step's id as its author wrote it, or its hash. `index` counts repeats of the id. */
function hashOf(stepId: string, index: number): string {
  if (/^[0-9a-f]{40}$/.test(stepId)) return stepId;
  return createHash("sha1")
    .update(index === 0 ? stepId : `${stepId}:${index}`)
    .digest("hex");
}

function readTarget(runId: string, given: unknown): MetadataTarget {
  if (!isObject(given)) throw invalid("`target` must be an object.");
  const { run_id, step_id = null, step_index = null, step_attempt = null, span_id = null } = given;
  if (run_id !== undefined && run_id !== runId)
    throw invalid(`\`target.run_id\` must be the run of the path, ${runId}.`);
  if (span_id !== null)
    throw new EngineError(
      "not_implemented",
      "`target.span_id` names a span of the app's own traces, which this engine does not keep. Name the step or the run.",
    );
  if (step_id !== null && (typeof step_id !== "string" || step_id === ""))
    throw invalid("`target.step_id` must be the id of a step.");
  if (step_index !== null && (step_id === null || !isCount(step_index)))
    throw invalid("`target.step_index` must be 0 or more, beside a `step_id`.");
  if (step_attempt !== null && !isCount(step_attempt)) throw invalid("`target.step_attempt` must be 0 or more.");
  return { runId, stepId: step_id === null ? null : hashOf(step_id, step_index ?? 0), attempt: step_attempt };
}

function readBody(runId: string, body: unknown): { target: MetadataTarget; writes: MetadataWrite[] } {
  if (!isObject(body)) throw invalid("The body must be an object.");
  const target = readTarget(runId, body.target);
  const { metadata } = body;
  if (!Array.isArray(metadata) || metadata.length === 0 || metadata.length > entriesMax)
    throw invalid(`\`metadata\` must be an array of 1 to ${entriesMax} entries.`);
  const writes = metadata.map((given) => {
    const { write, problem } = readEntry(target, given);
    if (write === undefined) throw new EngineError("invalid_request", problem);
    return write;
  });
  return { target, writes };
}

const isSame = (a: MetadataRecord, b: MetadataRecord): boolean =>
  a.stepId === b.stepId && a.attempt === b.attempt && a.kind === b.kind;

/** Who asks by itself is told at once. The store looks again, at what is there when it writes. */
function assertRoom(records: readonly MetadataRecord[], writes: readonly MetadataWrite[]): void {
  const entries = [...records];
  let runBytes = entries.reduce((sum, { kind, values }) => sum + metadataBytes(kind, values), 0);
  for (const write of writes) {
    const index = entries.findIndex((entry) => isSame(entry, write));
    const kept = applyMetadata(write, entries[index]?.values ?? null, runBytes);
    if ("problem" in kept) throw new EngineError("metadata_too_large", kept.problem);
    runBytes += kept.bytes;
    entries.splice(index === -1 ? entries.length : index, 1, { ...write, values: kept.values });
  }
}

/**
 * Resolves with the entries of the target, once they are on disk.
 * @throws EngineError `run_not_found`, `invalid_request`, `metadata_too_large`, `not_implemented`
 */
export async function addMetadata(
  { store }: Parts,
  committer: Committer,
  runId: string,
  body: unknown,
): Promise<MetadataRecord[]> {
  if ((await store.getRun(runId)) === null) throw new EngineError("run_not_found", `Run not found: ${runId}`);
  const { target, writes } = readBody(runId, body);
  assertRoom(await store.listMetadata(runId), writes);
  await committer.commit({ lease: null, metadata: writes }, "new");
  const entries = await store.listMetadata(runId);
  return entries.filter(({ stepId, attempt }) => stepId === target.stepId && attempt === target.attempt);
}
