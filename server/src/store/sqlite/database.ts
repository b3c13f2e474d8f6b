/**
 * One SQLite database behind a few typed verbs, with its prepared statements kept.
 * Every file of this store speaks SQL through it. Errors leave it as the driver threw them.
 */
import { type DriverStatement, openDriver, type SqlValue } from "./file/driver.ts";

export interface Database {
  /** Runs statements that bind nothing. */
  exec(sql: string): void;
  /** Rows changed. */
  run(sql: string, ...values: SqlValue[]): number;
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  /**
   * Up to `limit` rows of a query without a limit of its own. For lists that hold next to nothing mostly: the drivers take far
   * longer for a list than for a row. The limit goes into the text: SQLite compiles a statement anew whenever one is bound.
   */
  few<Row>(limit: number, sql: string, ...values: SqlValue[]): Row[];
  /** Runs `work` in a transaction that takes the write lock at once; on disk when it returns, undone when it throws. */
  transaction<T>(work: () => T): T;
  /** How many transactions were undone so far: what was read within one of them may not be so. */
  rollbacks(): number;
  close(): void;
}

/** For lists that have no limit. */
export const everyRow: number = 2 ** 40;

/** So many rows are read one by one before the rest is read at once. */
const singles = 3;

/** @throws the driver's error when the file cannot be opened. */
export function openDatabase(path: string): Database {
  const driver = openDriver(path);
  const statements = new Map<string, DriverStatement>();
  const prepare = (sql: string): DriverStatement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = driver.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  let rollbacks = 0;
  const run = (sql: string, ...values: SqlValue[]): number => Number(prepare(sql).run(...values).changes);
  return {
    exec: (sql) => driver.exec(sql),
    run,
    get: <Row>(sql: string, ...values: SqlValue[]) => prepare(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SqlValue[]) => prepare(sql).all(...values) as Row[],
    few<Row>(limit: number, sql: string, ...values: SqlValue[]) {
      const rows: Row[] = [];
      while (rows.length < Math.min(limit, singles)) {
        const row = prepare(`${sql} LIMIT 1 OFFSET ${rows.length}`).get(...values) as Row | undefined;
        if (row === undefined) return rows;
        rows.push(row);
      }
      if (limit <= singles) return rows;
      // Not as many statements as there are limits.
      const size = 2 ** Math.ceil(Math.log2(Math.min(limit - singles, everyRow)));
      const rest = prepare(`${sql} LIMIT ${size} OFFSET ${singles}`).all(...values) as Row[];
      return [...rows, ...rest.slice(0, limit - singles)];
    },
    transaction(work) {
      run("BEGIN IMMEDIATE");
      try {
        const result = work();
        run("COMMIT");
        return result;
      } catch (error) {
        rollbacks += 1;
        rollBack(run);
        throw error;
      }
    },
    rollbacks: () => rollbacks,
    close: () => driver.close(),
  };
}

/** SQLite rolls back by itself after some errors, a full disk among them; there is nothing left to undo then. */
function rollBack(run: Database["run"]): void {
  try {
    run("ROLLBACK");
  } catch {
    // No transaction is active.
  }
}
