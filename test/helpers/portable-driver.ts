/**
 * The switch of the conformance suite: a driver that refuses what Citus, CockroachDB or YugabyteDB lack, so that every statement
 * that the suite makes the store send is one that they take too.
 */
import type { Statement } from "../../server/src/store/postgres/wire/batch.ts";
import type { Connection, Driver } from "../../server/src/store/postgres/wire/driver.ts";

const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["advisory locks", /pg_(?:try_)?advisory/i],
  [
    "functions and blocks of PL/pgSQL",
    /\bplpgsql\b|\bDO \$|\bCREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|TRIGGER)\b/i,
  ],
  ["LISTEN within the store's own connections", /^\s*(?:LISTEN|UNLISTEN)\b/i],
  ["sequences by name", /\b(?:nextval|currval|setval|lastval)\(/i],
  ["temporary tables and cursors", /\bTEMP(?:ORARY)?\b|\bDECLARE\b.*\bCURSOR\b/i],
  ["the state of a session", /^\s*(?:SET(?! LOCAL)|PREPARE|EXECUTE|DEALLOCATE|DISCARD|RESET)\b/i],
  ["foreign keys", /\bREFERENCES\b/i],
  ["COPY, MERGE, row types and other dialects", /^\s*(?:COPY|MERGE|LOCK|CLUSTER|VACUUM)\b|\bCTID\b|\bXMIN\b/i],
  [
    "a table whose key does not begin with the partition",
    /^\s*CREATE TABLE (?!.*schema_version)(?!.*PRIMARY KEY \(ns\b)(?!.*\bns text[^,]* PRIMARY KEY)/is,
  ],
  ["an index that does not begin with the partition", /^\s*CREATE (?:UNIQUE )?INDEX\b(?!.*\(ns\b)/is],
  ["all columns of a table, whose number a newer engine may change", /SELECT \*/i],
];

const locks = /\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b/i;
const ofPartition = /\b(?:\w+\.)?ns = \$1/;
/** Of the whole database, one row each: never in a hot path. */
const isGlobal =
  /stepwell\.schema_version|pg_class|FROM information_schema\.|SELECT pg_notify|^SELECT set_config|^(?:BEGIN|COMMIT|ROLLBACK|SHOW|CREATE)\b/;
const isMigration = /^(?:CREATE (?:TABLE|INDEX|UNIQUE INDEX|SCHEMA)|ALTER TABLE stepwell\.\w+ ADD COLUMN)\b/;

/** Null when a statement is one that all of them take. */
export function portabilityProblem(text: string): string | null {
  for (const [what, pattern] of forbidden) if (pattern.test(text)) return `it uses ${what}`;
  if (locks.test(text) && !ofPartition.test(text) && !isGlobal.test(text))
    return "it locks rows without naming the partition";
  const isOfPartition = ofPartition.test(text) || /\(ns, /.test(text);
  return isOfPartition || isGlobal.test(text.trim()) || isMigration.test(text.trim()) ? null : "it names no partition";
}

function assertPortable({ text }: Statement): void {
  const problem = portabilityProblem(text);
  if (problem !== null) throw new Error(`A statement is not portable, ${problem}: ${text}`);
}

export function portable(driver: Driver): Driver {
  return {
    async connect(): Promise<Connection> {
      const connection = await driver.connect();
      return {
        ...connection,
        send(statements) {
          for (const statement of statements) assertPortable(statement);
          return connection.send(statements);
        },
      };
    },
  };
}
