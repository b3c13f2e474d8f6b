/** Idempotency keys: one run for each in a while. Called by starts.ts, debounces.ts and batches.ts. */
import type { WorkingSet } from "../working-set.ts";

export const idempotencyWindowMs: number = 24 * 60 * 60 * 1000;

/** Whether a run with this key was queued less than 24 hours before or after `queuedAt`. */
export function isKeyUsed(set: WorkingSet, key: string | null, queuedAt: number): boolean {
  return key !== null && set.runs.isKeyUsed(key, queuedAt - idempotencyWindowMs, queuedAt + idempotencyWindowMs);
}
