/**
 * Metadata: what apps say about a run or a step beside its result, such as the tokens that a model took. Entries of one target differ
 * in their kind. Pure: core reads entries, the store asks here what is kept. See docs/api.md#metadata.
 */

/** `set` replaces the values of the kind, `merge` the keys that it names. */
export const metadataOps = ["set", "merge"] as const;
export type MetadataOp = (typeof metadataOps)[number];

/** What an entry is about. */
export interface MetadataTarget {
  runId: string;
  /** Hash of the step's id; null for the run. */
  stepId: string | null;
  /** One attempt, from 0; null for all of them. */
  attempt: number | null;
}

export interface MetadataRecord extends MetadataTarget {
  /** As its author named it, e.g. `inngest.ai`, `userland.default`. */
  kind: string;
  /** JSON text of an object (see stored-json). */
  values: string;
}

export interface MetadataWrite extends MetadataRecord {
  op: MetadataOp;
}

/** Sizes in bytes, kind and values together. */
export const metadataLimits = { entryBytes: 65_536, runBytes: 1_048_576, kindLength: 255 } as const;

/** Kind of the entry by which the engine says what it did not keep: the last of it. It counts towards no limit. */
export const warningsKind = "stepwell.warnings";

/** Says on the target itself that something was not kept. */
export function metadataWarning({ runId, stepId, attempt }: MetadataTarget, message: string): MetadataWrite {
  return { runId, stepId, attempt, kind: warningsKind, op: "set", values: JSON.stringify({ message }) };
}

export function metadataBytes(kind: string, values: string | null): number {
  return values === null || kind === warningsKind ? 0 : Buffer.byteLength(kind) + Buffer.byteLength(values);
}

function mergeValues(before: string, values: string): string {
  return JSON.stringify({ ...(JSON.parse(before) as object), ...(JSON.parse(values) as object) });
}

/**
 * The values of an entry after a write, or why it stays as it was.
 * @param before its values; null for none
 * @param runBytes what all entries of the run take so far
 */
export function applyMetadata(
  { kind, op, values }: MetadataWrite,
  before: string | null,
  runBytes: number,
): { values: string; bytes: number } | { problem: string } {
  const next = op === "merge" && before !== null ? mergeValues(before, values) : values;
  const size = metadataBytes(kind, next);
  const { entryBytes, runBytes: most } = metadataLimits;
  const kept = "It was not kept. Store the data elsewhere and keep a reference to it.";
  if (size > entryBytes)
    return { problem: `Metadata "${kind}" would take ${size} bytes, the most is ${entryBytes}. ${kept}` };
  const bytes = size - metadataBytes(kind, before);
  if (bytes > 0 && runBytes + bytes > most)
    return {
      problem: `With metadata "${kind}", that of the run would take ${runBytes + bytes} bytes, the most is ${most}. ${kept}`,
    };
  return { values: next, bytes };
}
