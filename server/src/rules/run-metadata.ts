/** Metadata of runs and steps, within its limits. Called by apply-transition.ts. */
import { applyMetadata, type MetadataWrite, metadataWarning } from "../domain/run/run-metadata.ts";
import type { WorkingSet } from "./working-set.ts";

/** What goes beyond a limit is left out, and its target says so. What is about a run that is gone is left out. */
export function writeMetadata(set: WorkingSet, writes: readonly MetadataWrite[]): void {
  for (const write of writes) {
    const bytes = set.runs.metadataBytes(write.runId);
    if (bytes === null) continue;
    const kept = applyMetadata(write, set.operations.metadata(write), bytes);
    if ("problem" in kept) {
      set.operations.putMetadata(metadataWarning(write, kept.problem));
      continue;
    }
    set.operations.putMetadata({ ...write, values: kept.values });
    if (kept.bytes !== 0) set.runs.setMetadataBytes(write.runId, bytes + kept.bytes);
  }
}
