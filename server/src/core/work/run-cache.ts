/**
 * Spares reads of runs that nothing has changed: a count that grows with each commit that may have changed a run, and the runs of
 * the items that are worked on. A cache: to lose it costs time and nothing else.
 */
import type { QueueItem } from "../../domain/queue-item.ts";
import type { RunRecord } from "../../domain/run.ts";
import type { Transition } from "../../domain/transition.ts";

/** Runs of which the last change is kept in mind. */
const changesKept = 10_000;

export class RunCache {
  /** By run: `#forgotten` and one for each commit since that touched it. */
  readonly #changes = new Map<string, number>();
  readonly #kept = new WeakMap<QueueItem, { run: RunRecord; changes: number }>();
  /** Since that beginning. */
  #commits = 0;
  /** Where the count of a run begins of which nothing is kept. */
  #forgotten = 0;
  readonly #shared: boolean;
  #asked = 0;

  /** `shared`: other engines change runs too, which is not heard of here; so no run is ever taken to be as it was. */
  constructor(shared: boolean) {
    this.#shared = shared;
  }

  /**
   * A number that every commit that may have changed the run raises by one: whoever finds the same twice need not read the
   * run again.
   */
  changes(runId: string): number {
    if (this.#shared) return ++this.#asked;
    return this.#changes.get(runId) ?? this.#forgotten;
  }

  /** Keeps the run of an item that is worked on, as it is after `changes`. */
  keep(item: QueueItem, run: RunRecord, changes: number): void {
    this.#kept.set(item, { run, changes });
  }

  /** What was kept, when nothing has changed the run since; else null. */
  kept(item: QueueItem): RunRecord | null {
    const kept = this.#kept.get(item);
    return kept !== undefined && this.changes(kept.run.id) === kept.changes ? kept.run : null;
  }

  /** What a commit has changed. */
  note({ openRun, run, plans, ends }: Transition): void {
    if (this.#shared) return;
    this.#commits += 1;
    if (this.#changes.size >= changesKept) {
      this.#changes.clear();
      // Beyond every number given out so far, so that none of them is met again.
      this.#forgotten += this.#commits;
      this.#commits = 1;
    }
    const changed = new Set<string>();
    if (openRun !== undefined) changed.add(openRun);
    if (run !== undefined) changed.add(run.runId);
    for (const { step } of plans ?? []) changed.add(step.runId);
    for (const { step } of ends ?? []) changed.add(step.runId);
    for (const runId of changed) this.#changes.set(runId, this.changes(runId) + 1);
  }
}
