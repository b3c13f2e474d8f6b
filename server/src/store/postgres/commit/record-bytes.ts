/**
 * Bytes that records count for: what a commit brings is added to its connection's row of `commits`, what retention takes is
 * taken off, so that nobody has to read all records to know how much room they take. For writer.ts and retention.ts, which
 * must agree: each measure stands here twice, in SQL and in TypeScript.
 */
import type { Changes } from "../../../rules/changes.ts";

/** What a row takes beside its long texts, indexes included. */
const rowBytes = { runs: 500, steps: 250, attempts: 200, run_metadata: 150, run_logs: 150, events: 300 } as const;

/** Of a row `t` of these tables, as SQL. */
export const recordBytes: Readonly<Record<keyof typeof rowBytes, string>> = {
  runs: `(${rowBytes.runs} + coalesce(octet_length(t.output), 0))`,
  steps: `(${rowBytes.steps} + coalesce(octet_length(t.memo), 0))`,
  attempts: `(${rowBytes.attempts} + octet_length(t.error))`,
  run_metadata: `(${rowBytes.run_metadata} + octet_length(t.content))`,
  run_logs: `(${rowBytes.run_logs} + octet_length(t.content) + coalesce(octet_length(t.fields), 0))`,
  events: `(${rowBytes.events} + octet_length(t.data))`,
};

const sizeOf = (text: string | null | undefined): number => Buffer.byteLength(text ?? "");

function sum<Row>(rows: readonly Row[], bytesOf: (row: Row) => number): number {
  return rows.reduce((total, row) => total + bytesOf(row), 0);
}

/** What the rows of a commit add. A long text that is written anew counts as well as the one before it. */
export function bytesOfChanges({ events, attempts, runs, steps, metadata, logs }: Changes): number {
  return (
    sum(events, ({ data }) => rowBytes.events + sizeOf(data)) +
    sum(attempts, ({ error }) => rowBytes.attempts + sizeOf(error)) +
    sum(runs.added, ({ output }) => rowBytes.runs + sizeOf(output)) +
    sum(runs.changed, ({ fields }) => sizeOf(fields.output)) +
    sum(steps.added, ({ memo }) => rowBytes.steps + sizeOf(memo)) +
    sum(steps.changed, ({ fields }) => sizeOf(fields.memo)) +
    sum(metadata.put, ({ values }) => rowBytes.run_metadata + sizeOf(values)) +
    sum(logs, ({ text, fields }) => rowBytes.run_logs + sizeOf(text) + sizeOf(fields))
  );
}
