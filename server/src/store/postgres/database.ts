/**
 * One namespace of a Postgres database, for those who read: every file of this store that lists or gets something speaks
 * SQL through it. What is written goes another way: see commit.ts.
 */
import type { Row, SqlValue, Statement, StatementResult } from "./wire/batch.ts";
import type { Connections } from "./wire/connections.ts";
import type { Connection } from "./wire/driver.ts";
import { classify } from "./wire/postgres-error.ts";

export interface Database {
  /** What stands first in every key. `$1` of all statements below. */
  readonly ns: string;
  /** Resolves once the tables are there: for transactions of several trips, which go past the rest of this. */
  ready(): Promise<void>;
  /** `values`: from `$2` on. */
  all<Found>(text: string, ...values: SqlValue[]): Promise<Found[]>;
  get<Found>(text: string, ...values: SqlValue[]): Promise<Found | undefined>;
  /** Rows that were changed, in a transaction of its own. What it does, it may do twice. */
  run(text: string, ...values: SqlValue[]): Promise<number>;
  /** Several at once, in one transaction. What they do, they may do twice. */
  send(statements: readonly Statement[]): Promise<StatementResult[]>;
}

/** Tries after which a statement that meets with conflicts or lost connections fails. */
const mostTries = 10;

/** Lost connections and conflicts are tried again, with another connection: what the work does, it may do twice. */
export async function workAgain<T>(connections: Connections, work: (connection: Connection) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connections.use(work);
    } catch (error) {
      if (tries === mostTries || classify(error) === "refused") throw error;
    }
  }
}

export function sendAgain(connections: Connections, statements: readonly Statement[]): Promise<StatementResult[]> {
  return workAgain(connections, (connection) => connection.send(statements));
}

/** What the columns are called and hold, the statement says. */
export function rowsOf<Found>(result: StatementResult | undefined): Found[] {
  const rows: readonly Row[] = result?.rows ?? [];
  return rows as readonly unknown[] as Found[];
}

/** `ready`: resolves once the tables are there. */
export function openDatabase(ns: string, connections: Connections, ready: () => Promise<void>): Database {
  const send = async (statements: readonly Statement[]): Promise<StatementResult[]> => {
    await ready();
    return sendAgain(connections, statements);
  };
  const one = async (text: string, values: readonly SqlValue[]): Promise<StatementResult> => {
    const [result] = await send([{ text, values: [ns, ...values] }]);
    return result ?? { rows: [], count: 0 };
  };
  const all = async <Found>(text: string, ...values: SqlValue[]): Promise<Found[]> =>
    rowsOf<Found>(await one(text, values));
  return {
    ns,
    ready,
    all,
    get: async <Found>(text: string, ...values: SqlValue[]) => (await all<Found>(text, ...values))[0],
    run: async (text, ...values) => (await one(text, values)).count,
    send,
  };
}
