/**
 * The runs and steps of a working set. Made by working-set.ts. Must never decide: the rules do.
 */
import { isEnded } from "../../domain/run/run.ts";
import type { LogTotals } from "../../domain/run/run-log.ts";
import type { NewRun, NewStep, RunFields, StepFields, StepKey, TableChanges } from "../changes.ts";
import type { RunRow, SingletonHolder, StepRow } from "../rows.ts";
import type { Source } from "../source.ts";
import { RowTable, type TableTerms } from "./row-table.ts";

const runTerms: TableTerms<string, RunRow, NewRun> = {
  read: (source, id) => source.run({ id }),
  keyOf: ({ id }) => id,
  headOf: (run) => ({
    id: run.id,
    version: run.version,
    functionId: run.functionId,
    status: run.status,
    queuedAt: run.queuedAt,
    startedAt: run.startedAt,
    stepCount: run.stepCount,
    pendingCount: run.pendingCount,
    racingCount: run.racingCount,
    stateBytes: run.stateBytes,
    originalRunId: run.originalRunId,
  }),
  merge: (run, seen) => ({
    id: run.id,
    version: seen.version ?? run.version,
    functionId: run.functionId,
    status: seen.status ?? run.status,
    queuedAt: run.queuedAt,
    startedAt: seen.startedAt ?? run.startedAt,
    stepCount: seen.stepCount ?? run.stepCount,
    pendingCount: seen.pendingCount ?? run.pendingCount,
    racingCount: seen.racingCount ?? run.racingCount,
    stateBytes: seen.stateBytes ?? run.stateBytes,
    originalRunId: run.originalRunId,
  }),
};

const stepTerms: TableTerms<StepKey, StepRow, NewStep> = {
  read: (source, key) => source.step(key),
  keyOf: ({ runId, id }) => ({ runId, id }),
  textOf: ({ runId, id }) => `${runId} ${id}`,
  headOf: ({ position, endedAt, race }) => ({ isEnded: position !== null || endedAt !== null, race: race === true }),
};

export class RunSet {
  readonly #source: Source;
  readonly #rows: RowTable<string, RunRow, NewRun, RunFields>;
  /** Bytes of metadata of the runs that were asked for. */
  #metadataBytes: Map<string, number | null> | null = null;
  /** What the logs of the runs hold that were asked for. */
  #logTotals: Map<string, LogTotals | null> | null = null;

  constructor(source: Source) {
    this.#source = source;
    this.#rows = new RowTable(source, runTerms);
  }

  /** Null when there is no such run or it has ended. */
  open(id: string): RunRow | null {
    const run = this.#rows.get(id);
    return run === null || isEnded(run.status) ? null : run;
  }

  has(id: string): boolean {
    const known = this.#rows.peek(id);
    return known === undefined ? this.#source.hasRun({ id }) : known !== null;
  }

  /** For an id that is not there. */
  add(run: NewRun): void {
    this.#rows.add(run);
  }

  /** For one that is there. Decisions that rest on what it was are old from now on. */
  change(id: string, fields: Omit<Partial<RunFields>, "version">): void {
    const changed: Partial<RunFields> = { ...fields, version: (this.#rows.get(id)?.version ?? 0) + 1 };
    this.#rows.change(id, changed, changed);
  }

  /** Whether a run with this key was queued after `after` and before `before`. */
  isKeyUsed(key: string, after: number, before: number): boolean {
    for (const { idempotencyKey, queuedAt } of this.#rows.added()) {
      if (idempotencyKey === key && queuedAt > after && queuedAt < before) return true;
    }
    return this.#source.isKeyUsed({ key, after, before });
  }

  /** The open run under a key; null for none. */
  holderOf(key: string): SingletonHolder | null {
    for (const { id, functionId, singletonKey } of this.#rows.added()) {
      if (singletonKey === key && this.open(id) !== null) return { id, functionId };
    }
    const stored = this.#source.singletonHolder({ key });
    const known = stored === null ? null : this.#rows.peek(stored.id);
    return known === null || (known !== undefined && isEnded(known.status)) ? null : stored;
  }

  /** Null when there is no such run. */
  metadataBytes(runId: string): number | null {
    const known = this.#metadataBytes?.get(runId);
    if (known !== undefined) return known;
    const bytes = this.#rows.isAdded(runId) ? 0 : this.#source.metadataBytes({ runId });
    this.#metadataBytes ??= new Map();
    this.#metadataBytes.set(runId, bytes);
    return bytes;
  }

  /** For a run whose bytes were asked for. */
  setMetadataBytes(runId: string, bytes: number): void {
    this.#metadataBytes?.set(runId, bytes);
    this.#rows.change(runId, { metadataBytes: bytes }, {});
  }

  /** Null when there is no such run. */
  logTotals(runId: string): LogTotals | null {
    const known = this.#logTotals?.get(runId);
    if (known !== undefined) return known;
    const nothing = { lines: 0, bytes: 0, leftOut: 0 };
    const totals = this.#rows.isAdded(runId) ? nothing : this.#source.logTotals({ runId });
    this.#logTotals ??= new Map();
    this.#logTotals.set(runId, totals);
    return totals;
  }

  /** For a run whose totals were asked for. */
  setLogTotals(runId: string, totals: LogTotals): void {
    this.#logTotals?.set(runId, totals);
    const { lines, bytes, leftOut } = totals;
    this.#rows.change(runId, { logLines: lines, logBytes: bytes, logsLeftOut: leftOut }, {});
  }

  /** Ids of the runs that a run repeats. */
  repeatedBy(runId: string): readonly string[] {
    return this.#source.repeatedRuns({ runId });
  }

  changes(): TableChanges<string, NewRun, RunFields> {
    return this.#rows.changes();
  }
}

export class StepSet {
  readonly #source: Source;
  readonly #rows: RowTable<StepKey, StepRow, NewStep, StepFields>;

  constructor(source: Source) {
    this.#source = source;
    this.#rows = new RowTable(source, stepTerms);
  }

  get(key: StepKey): StepRow | null {
    return this.#rows.get(key);
  }

  has(key: StepKey): boolean {
    const known = this.#rows.peek(key);
    return known === undefined ? this.#source.hasStep(key) : known !== null;
  }

  /** Ids of those that have not ended, as far as they have no position. */
  pendingOf(runId: string): string[] {
    const stored = this.#source
      .pendingSteps({ runId })
      .filter((id) => this.#rows.peek({ runId, id })?.isEnded !== true);
    const own = this.#rows.added().filter((step) => step.runId === runId && step.position === null);
    return [...stored, ...own.map(({ id }) => id)];
  }

  /** For one that is not there. */
  add(step: NewStep): void {
    this.#rows.add(step);
  }

  /** For one that is there: it has ended. */
  end(key: StepKey, fields: Partial<StepFields>): void {
    this.#rows.change(key, fields, { isEnded: true });
  }

  changes(): TableChanges<StepKey, NewStep, StepFields> {
    return this.#rows.changes();
  }
}
