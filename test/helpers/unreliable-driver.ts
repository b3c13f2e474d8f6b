/** A driver whose statements meet with conflicts and whose connections die, at random places and at random moments. */
import type { Statement, StatementResult } from "../../server/src/store/postgres/wire/batch.ts";
import type { Connection, Driver } from "../../server/src/store/postgres/wire/driver.ts";

export interface Faults {
  /** How many of each there were. */
  readonly count: { conflicts: number; lostBefore: number; lostAfter: number };
  driver: Driver;
}

const failure = (code: string): Error => Object.assign(new Error(`planted: ${code}`), { code });

/** `share`: of batches that fail, 0 to 1. `random`: 0 to 1. */
export function unreliable(driver: Driver, share: number, random: () => number): Faults {
  const count = { conflicts: 0, lostBefore: 0, lostAfter: 0 };
  const send = async (connection: Connection, statements: readonly Statement[]): Promise<StatementResult[]> => {
    if (random() >= share) return connection.send(statements);
    const kind = random();
    if (kind < 0.5) {
      count.conflicts += 1;
      // As if the statement after these had failed: the transaction is open, and what it has written is not.
      const before = statements
        .slice(0, Math.floor(random() * statements.length))
        .filter(({ text }) => text !== "COMMIT");
      if (before.length > 0) await connection.send(before);
      throw failure(random() < 0.5 ? "40001" : "40P01");
    }
    if (kind < 0.75) count.lostBefore += 1;
    else {
      count.lostAfter += 1;
      await connection.send(statements);
    }
    connection.destroy();
    throw failure("ECONNRESET");
  };
  return {
    count,
    driver: {
      async connect() {
        if (random() < share / 2) throw failure("ECONNREFUSED");
        const connection = await driver.connect();
        return { ...connection, send: (statements) => send(connection, statements) };
      },
    },
  };
}
