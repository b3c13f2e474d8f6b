/**
 * Tells whether a commit whose answer was lost has happened. Each connection has a row with the number of its last commit,
 * written in the same transaction. After a loss another connection takes the row out, which waits for a transaction that still
 * goes on: either that has written the number, or it can never commit, because its row is gone.
 * Called by commit.ts and group-commit.ts.
 */
import { randomUUID } from "node:crypto";
import type { SqlValue, Statement } from "../wire/batch.ts";
import type { Connections } from "../wire/connections.ts";
import type { Connection } from "../wire/driver.ts";

/** Bytes that rows of lost and closed connections have counted. */
const closed = "closed";

export class CommitMark {
  readonly #ns: string;
  readonly id: string = randomUUID();
  #number = 0;

  constructor(ns: string) {
    this.#ns = ns;
  }

  /** To be sent once, before the first commit. `now`: milliseconds since 1970. */
  open(now: number): Statement {
    return {
      text: "INSERT INTO stepwell.commits (ns, id, number, bytes, seen_at) VALUES ($1, $2, 0, 0, $3)",
      values: [this.#ns, this.id, now],
    };
  }

  /** Part of each commit. Fails, by a division by zero, when the row has been taken out. `now`: milliseconds since 1970. */
  next(bytes: number, now: number): Statement {
    this.#number += 1;
    return {
      text: `WITH mark AS (UPDATE stepwell.commits SET number = $3, bytes = bytes + $4, seen_at = $5
        WHERE ns = $1 AND id = $2 RETURNING 1) SELECT 1 / count(*) FROM mark`,
      values: [this.#ns, this.id, this.#number, bytes, now],
    };
  }

  /** Whether its last commit has happened. The connection must not be used any more. */
  async hasCommitted(connections: Connections): Promise<boolean> {
    const [result] = await connections.use((connection) => connection.send([takeOut(this.#ns, byId, [[this.id]])]));
    return Number(result?.rows[0]?.["number"] ?? -1) === this.#number;
  }
}

/** Takes rows out, and keeps what they counted. `where` begins with `$2`. */
export function takeOut(ns: string, where: string, values: readonly SqlValue[]): Statement {
  return {
    text: `WITH gone AS (DELETE FROM stepwell.commits WHERE ns = $1 AND ${where} RETURNING number, bytes),
      kept AS (INSERT INTO stepwell.commits AS c (ns, id, number, bytes, seen_at)
        SELECT $1, '${closed}', 0, coalesce(sum(bytes), 0), 0 FROM gone
        ON CONFLICT (ns, id) DO UPDATE SET bytes = c.bytes + excluded.bytes RETURNING 1)
      SELECT number FROM gone`,
    values: [ns, ...values],
  };
}

const byId = "id = ANY($2::text[])";

export interface CommitMarks {
  /** The one of this connection, made when it is asked for first. */
  of(connection: Connection): Promise<CommitMark>;
  /** When its row is gone: the connection needs another one. */
  drop(connection: Connection): void;
  /** After a loss: it will be asked for no more. */
  forget(mark: CommitMark): void;
  /** Takes out all that were made here. */
  close(connections: Connections): Promise<void>;
}

export function createCommitMarks(ns: string, now: () => number): CommitMarks {
  const marks = new WeakMap<Connection, CommitMark>();
  const ids = new Set<string>();
  return {
    async of(connection) {
      const known = marks.get(connection);
      if (known !== undefined) return known;
      const mark = new CommitMark(ns);
      await connection.send([mark.open(now())]);
      ids.add(mark.id);
      marks.set(connection, mark);
      return mark;
    },
    drop: (connection) => void marks.delete(connection),
    forget: (mark) => void ids.delete(mark.id),
    async close(connections) {
      if (ids.size > 0) await connections.use((connection) => connection.send([takeOut(ns, byId, [[...ids]])]));
      ids.clear();
    },
  };
}
