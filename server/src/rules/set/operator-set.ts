/**
 * What operators ask for in a working set: dead letters, metadata, schedules, bulk jobs. Made by working-set.ts; operations.ts,
 * close-run.ts, run-metadata.ts and starts.ts decide over it.
 */
import type { BulkJobRecord } from "../../domain/bulk-job.ts";
import type { DeadLetterRecord } from "../../domain/run/dead-letter.ts";
import type { MetadataRecord } from "../../domain/run/run-metadata.ts";
import type { ScheduleRecord } from "../../domain/schedule.ts";
import type { Changes } from "../changes.ts";
import type { BulkJobRow, MetadataKey } from "../rows.ts";
import type { Source } from "../source.ts";
import { PutTable, type PutTerms, RowTable, type TableTerms } from "./row-table.ts";

type BulkFields = Pick<BulkJobRecord, "status" | "cursor" | "matched" | "endedAt">;

type MetadataRow = MetadataKey & { values: string };

const deadLetterTerms: TableTerms<string, { runId: string }, DeadLetterRecord> = {
  read: (source, runId) => (source.deadLetter({ runId }) ? { runId } : null),
  keyOf: ({ runId }) => runId,
  headOf: ({ runId }) => ({ runId }),
};

const bulkJobTerms: TableTerms<string, BulkJobRow, BulkJobRecord> = {
  read: (source, id) => source.bulkJob({ id }),
  keyOf: ({ id }) => id,
  headOf: ({ status, cursor, matched, endedAt }) => ({ status, cursor, matched, endedAt }),
};

const metadataTerms: PutTerms<MetadataKey, MetadataRow> = {
  read: (source, { runId, stepId, attempt, kind }) => {
    const key = { runId, stepId, attempt, kind };
    const values = source.metadata(key);
    return values === null ? null : { ...key, values };
  },
  keyOf: ({ runId, stepId, attempt, kind }) => ({ runId, stepId, attempt, kind }),
  textOf: ({ runId, stepId, attempt, kind }) => `${runId} ${stepId} ${attempt} ${kind}`,
};

/** Replaced and removed whole: nobody reads one to decide. */
const scheduleTerms: PutTerms<string, ScheduleRecord> = { read: () => null, keyOf: ({ id }) => id };

export class OperatorSet {
  readonly #source: Source;
  readonly #deadLetters: RowTable<string, { runId: string }, DeadLetterRecord, never>;
  readonly #bulkJobs: RowTable<string, BulkJobRow, BulkJobRecord, BulkFields>;
  readonly #metadata: PutTable<MetadataKey, MetadataRow>;
  readonly schedules: PutTable<string, ScheduleRecord>;

  constructor(source: Source) {
    this.#source = source;
    this.#deadLetters = new RowTable(source, deadLetterTerms);
    this.#bulkJobs = new RowTable(source, bulkJobTerms);
    this.#metadata = new PutTable(source, metadataTerms);
    this.schedules = new PutTable(source, scheduleTerms);
  }

  hasDeadLetter(runId: string): boolean {
    return this.#deadLetters.get(runId) !== null;
  }

  /** For a run that has none. */
  addDeadLetter(record: DeadLetterRecord): void {
    this.#deadLetters.add(record);
  }

  /** Whether there is one or not. */
  removeDeadLetter(runId: string): void {
    this.#deadLetters.remove(runId);
  }

  /** Null when there is none. */
  metadata(key: MetadataKey): string | null {
    return this.#metadata.get(key)?.values ?? null;
  }

  putMetadata({ runId, stepId, attempt, kind, values }: MetadataRecord): void {
    this.#metadata.put({ runId, stepId, attempt, kind, values });
  }

  bulkJob(id: string): BulkJobRow | null {
    return this.#bulkJobs.get(id);
  }

  /** One with its id that is there already stays as it is. */
  addBulkJob(job: BulkJobRecord): void {
    const known = this.#bulkJobs.peek(job.id);
    if (known === undefined ? this.#source.hasBulkJob({ id: job.id }) : known !== null) return;
    this.#bulkJobs.add({ ...job });
  }

  /** For one that is there. */
  changeBulkJob(id: string, fields: Partial<BulkFields>): void {
    this.#bulkJobs.change(id, fields, fields);
  }

  changes(): Pick<Changes, "deadLetters" | "bulkJobs" | "metadata" | "schedules"> {
    const { put } = this.#metadata.changes();
    return {
      deadLetters: this.#deadLetters.changes(),
      bulkJobs: this.#bulkJobs.changes(),
      metadata: { removed: [], put },
      schedules: this.schedules.changes(),
    };
  }
}
