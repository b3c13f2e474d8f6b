/**
 * Tables that are written beside the commits, row by row: a column for each field, each a text or a whole number. What both stores
 * say the same of them. Used by access, alerts and webhook-methods beside it, and by the plain-rows.ts of each store, which speaks its SQL.
 */

export type PlainValue = string | number | null;

export interface PlainTable<Row extends object> {
  name: string;
  key: string;
  /** Names of columns by fields. */
  columns: { readonly [Field in keyof Row & string]-?: string };
}

/** Which rows, in which order. */
export interface PlainQuery {
  /** A condition with a `?` for each of the values, in their order. Default: all rows. */
  where?: string;
  values?: readonly PlainValue[];
  /** Default: any. */
  order?: string;
  /** Default: all. */
  limit?: number;
}

/** Each is a transaction of its own. */
export interface PlainRows {
  /** False when there is a row with its key, or one that must not be there besides it: that one stays. */
  insert<Row extends object>(table: PlainTable<Row>, row: Row): Promise<boolean>;
  /** False when there is no row with this key that meets `only`. */
  change<Row extends object>(
    table: PlainTable<Row>,
    key: string,
    fields: Partial<Row>,
    only?: Required<Pick<PlainQuery, "where" | "values">>,
  ): Promise<boolean>;
  /** Returns how many rows are gone. `where`: as in a query. */
  remove<Row extends object>(table: PlainTable<Row>, where: string, ...values: PlainValue[]): Promise<number>;
  select<Row extends object>(table: PlainTable<Row>, query: PlainQuery): Promise<Row[]>;
}

/** Columns and values of the fields that a record, or a change of one, has. */
export function toColumns<Row extends object>(
  table: PlainTable<Row>,
  fields: Partial<Row>,
): { names: string[]; values: PlainValue[] } {
  const columns: Readonly<Record<string, string>> = table.columns;
  const given = Object.entries(fields).filter(([field, value]) => value !== undefined && field in columns);
  return {
    names: given.map(([field]) => columns[field] ?? field),
    values: given.map(([, value]) => value as PlainValue),
  };
}

/** What is selected: a row of it is a record. */
export function selectList<Row extends object>(table: PlainTable<Row>): string {
  const columns: Readonly<Record<string, string>> = table.columns;
  return Object.entries(columns)
    .map(([field, name]) => `${name} AS "${field}"`)
    .join(", ");
}
