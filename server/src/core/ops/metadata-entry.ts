/**
 * Reads entries of metadata: those that operations carry, and those of `POST /v1/runs/:id/metadata`. Called by decide, checkpoint and
 * add-metadata. An app's mistake here ends no run: what cannot be kept is left out, and its target says so.
 * See docs/api.md#metadata.
 */
import { type Opcode, type Operation, runCompleteId } from "stepwell/protocol";
import {
  type MetadataOp,
  type MetadataTarget,
  type MetadataWrite,
  metadataLimits,
  metadataOps,
  metadataWarning,
} from "../../domain/run/run-metadata.ts";
import { toStoredJson, toWellFormed } from "../../domain/stored-json.ts";
import type { Draft } from "./draft.ts";

type Raw = Record<string, unknown>;

/** Entries of one operation or request: each takes a few statements of the store. */
export const entriesMax = 100;

/** Operations that are not about a step: what they say of "the step" is about the run. */
const ofRun: ReadonlySet<Opcode> = new Set<Opcode>(["None", "RunComplete", "SyncRunComplete", "DiscoveryRequest"]);

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 80);

function storedValues(values: Raw): { values: string } | { problem: string } {
  try {
    return { values: toStoredJson(values) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** One entry, or what is wrong with it. */
export function readEntry(
  target: MetadataTarget,
  given: unknown,
): { write: MetadataWrite; problem?: never } | { write?: never; problem: string } {
  if (!isObject(given)) return { problem: `An entry of metadata is ${shown(given)}, expected {kind, op, values}.` };
  const { kind, op, values } = given;
  if (typeof kind !== "string" || kind === "" || kind.length > metadataLimits.kindLength)
    return {
      problem: `The \`kind\` of an entry of metadata is ${shown(kind)}, expected a text of 1 to ${metadataLimits.kindLength} characters.`,
    };
  if (!metadataOps.includes(op as MetadataOp))
    return { problem: `The \`op\` of metadata "${kind}" is ${shown(op)}, expected ${metadataOps.join(" or ")}.` };
  if (!isObject(values))
    return { problem: `The \`values\` of metadata "${kind}" are ${shown(values)}, expected an object.` };
  const stored = storedValues(values);
  if ("problem" in stored) return { problem: `The \`values\` of metadata "${kind}" cannot be kept. ${stored.problem}` };
  return { write: { ...target, kind: toWellFormed(kind), op: op as MetadataOp, values: stored.values } };
}

function readScoped(target: MetadataTarget, given: unknown): MetadataWrite {
  const scope = isObject(given) ? (given.scope ?? "step") : "step";
  if (scope !== "step" && scope !== "run")
    return metadataWarning(target, `The \`scope\` of an entry of metadata is ${shown(scope)}, expected step or run.`);
  const about = scope === "run" ? { ...target, stepId: null } : target;
  const { write, problem } = readEntry(about, given);
  return write ?? metadataWarning(about, problem);
}

/** What an operation says about its run and its step. One about a step that had ended before says nothing new: its first end counts. */
export function metadataOf({ execution }: Pick<Draft, "execution">, operation: Operation): MetadataWrite[] {
  const given: unknown = operation.metadata ?? [];
  if (Array.isArray(given) && given.length === 0) return [];
  if (execution.ended.some(({ id }) => id === operation.id)) return [];
  const isAboutRun = ofRun.has(operation.op) || operation.id === runCompleteId;
  const target = { runId: execution.run.id, stepId: isAboutRun ? null : operation.id, attempt: null };
  if (!Array.isArray(given)) return [metadataWarning(target, `The metadata is ${shown(given)}, expected an array.`)];
  const writes = given.slice(0, entriesMax).map((entry) => readScoped(target, entry));
  if (given.length <= entriesMax) return writes;
  const message = `An operation carries ${given.length} entries of metadata, the most is ${entriesMax}. The others were not kept.`;
  return [...writes, metadataWarning(target, message)];
}
