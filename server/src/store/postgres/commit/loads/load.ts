/**
 * How a question of the rules is answered from the database: one statement for all questions of a name, with the locks that
 * keep the answers true until the commit. The tables of such statements are the other files of this folder.
 */
import type { Rows } from "../../../../rules/rows.ts";
import type { AnswerTo, KeyOf, ReadName } from "../../../../rules/source.ts";
import type { SqlType } from "../../tables/table.ts";
import type { Row } from "../../wire/batch.ts";

/**
 * Rows are locked class by class, so that two commits never wait for each other in a circle. What is asked out of this order
 * is locked without waiting, and everything begins anew, in order, when somebody else has it.
 * `none`: nothing is locked, because what the answer rests on has a lock elsewhere, or is tried again when it was not so.
 */
export const lockClasses = ["runs", "items", "rows", "lanes", "slots", "free-items"] as const;
export type LockClass = (typeof lockClasses)[number];

/** A row of the table `locks`, which stands for what has no row yet. `share`: many may rest on it, nobody may change it. */
export interface KeyLock {
  key: string;
  mode: "share" | "exclusive";
}

export interface Load<Name extends ReadName> {
  class: LockClass | "none";
  /** Columns of a question, as the statement names them after `k.`: those that tell questions apart. */
  keys: Readonly<Record<string, SqlType>>;
  /** Values of those columns. Questions with the same ones are loaded once. */
  keyOf(key: KeyOf<Name>): Readonly<Record<string, string | number | null>>;
  /**
   * `$1` is the namespace; `{keys}` becomes the questions, as `k`, numbered in `k.i`, which each row must give back;
   * `{limit}` the highest number of rows that one question asks for; `{wait}` is empty, or says not to wait for locks.
   */
  sql: string;
  /** For questions about the first so many. */
  limitOf?(key: KeyOf<Name>): number;
  /** Undefined: the rows do not say; `limit` is how many were asked for. */
  answer(rows: readonly Row[], key: KeyOf<Name>, limit: number): AnswerTo<Name> | undefined;
  /** What must be locked first, in the table `locks`. */
  lock?(key: KeyOf<Name>): KeyLock | null;
}

export const text = (row: Row, column: string): string => String(row[column]);
export const number = (row: Row, column: string): number => Number(row[column]);
export const maybeText = (row: Row, column: string): string | null => {
  const value = row[column] ?? null;
  return value === null ? null : String(value);
};
export const maybeNumber = (row: Row, column: string): number | null => {
  const value = row[column] ?? null;
  return value === null ? null : Number(value);
};

/** Texts of one column. */
export const texts =
  (column: string) =>
  (rows: readonly Row[]): string[] =>
    rows.map((row) => text(row, column));

/** Whether there is a row. */
export const isThere = (rows: readonly Row[]): boolean => rows.length > 0;

/** The first row; null when there is none. */
export const firstOf =
  <Answer>(read: (row: Row) => Answer) =>
  (rows: readonly Row[]): Answer | null =>
    rows[0] === undefined ? null : read(rows[0]);

export function firstRows<Found>(rows: readonly Row[], wanted: number, read: (row: Row) => Found): Rows<Found> {
  const there = rows[0] === undefined ? 0 : number(rows[0], "there");
  const found = rows.filter((row) => row["id"] !== null);
  return { rows: found.slice(0, wanted).map(read), complete: found.length <= wanted && found.length >= there };
}
