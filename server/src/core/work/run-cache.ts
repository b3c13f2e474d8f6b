/**
 * Spares reads of runs that nothing has changed: a count that grows with each commit that may have changed a run, and the runs of
 * the items that are worked on. A cache: to lose it costs time and nothing else.
 */
import type { QueueItem } from "../../domain/queue/queue-item.ts";
import type { RunRecord } from "../../domain/run/run.ts";
import type { Transition } from "../../domain/transition.ts";

/** The most runs whose number is kept. */
const changesKept = 10_000;

export class RunCache {
  /** By run: the number that `changes` gives. A run that is not here has the number `#base`. */
  readonly #changes = new Map<string, number>();
  readonly #kept = new WeakMap<QueueItem, { run: RunRecord; changes: number }>();
  /** Commits since `#changes` was last emptied. */
  #commits = 0;
  /** The number of every run that is not in `#changes`. It rises when `#changes` is emptied. */
  #base = 0;
  readonly #shared: boolean;
  /** The last number that `changes` gave, when the state is shared. */
  #asked = 0;

  /** `shared`: other engines change runs too, and this one does not hear of it. Every answer of `changes` is then a new number. */
  constructor(shared: boolean) {
    this.#shared = shared;
  }

  /**
   * A number that every commit that may have changed the run raises by one: a caller that gets the same number twice need not read
   * the run again.
   */
  changes(runId: string): number {
    if (this.#shared) return ++this.#asked;
    return this.#changes.get(runId) ?? this.#base;
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
      // No number that was given out is given out again.
      this.#base += this.#commits;
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
