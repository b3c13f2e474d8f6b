/**
 * One transaction for a group of decisions: loads the rows they look at under locks, lets the rules decide, writes what has
 * changed. Two trips to the database for most groups, whatever their size. Called by group-commit.ts.
 * Must never decide anything, and never tell of a result before its COMMIT has returned.
 */
import type { Tally } from "../../../domain/metrics/tally.ts";
import type { Meter } from "../../../ports/meter.ts";
import type { Changes } from "../../../rules/changes.ts";
import { Miss, type Read, type ReadName } from "../../../rules/source.ts";
import { openWorkingSet, type WorkingSet } from "../../../rules/working-set.ts";
import { minVersionSql } from "../migrate.ts";
import type { Statement } from "../wire/batch.ts";
import type { Connection } from "../wire/driver.ts";
import type { CommitMark } from "./commit-marks.ts";
import { LoadedRows, type Planned } from "./loaded-rows.ts";
import type { StoreMemory } from "./memory.ts";
import { bytesOfChanges } from "./record-bytes.ts";
import { writeStatements } from "./writer.ts";

/** What is decided together. */
export interface Work {
  /** Whether no other commit may go on meanwhile: it changes apps, functions, pauses or limits that people set. */
  shutsOut: boolean;
  decide(set: WorkingSet): unknown;
}

export interface Group {
  ns: string;
  memory: StoreMemory;
  meter: Meter;
  work: Work;
  /** What earlier attempts found missing. Grows. */
  missed: Read[];
  /** Whether a duplicate key came up in an earlier attempt. */
  careful: boolean;
  /** Whether another commit was in the way of an earlier attempt. */
  conflicted: boolean;
}

/** Thrown when it is not known whether what was written has been committed. */
export class OutcomeUnknown extends Error {
  readonly mark: CommitMark;
  readonly result: unknown;
  readonly virtualTime: number;
  readonly tallies: readonly Tally[];

  constructor(
    message: string,
    { mark, result, changes, ...options }: ErrorOptions & { mark: CommitMark; result: unknown; changes: Changes },
  ) {
    super(message, options);
    this.name = "OutcomeUnknown";
    this.mark = mark;
    this.result = result;
    this.virtualTime = changes.virtualTime;
    this.tallies = changes.tallies;
  }
}

/** Loads that a group may need before something must be wrong. */
const mostRounds = 200;

const statement = (text: string, values: Statement["values"] = []): Statement => ({ text, values });

const begin: readonly Statement[] = [
  statement("BEGIN ISOLATION LEVEL READ COMMITTED"),
  // What hangs holds locks that others wait for. In the transaction alone: a pooler gives the session to others.
  statement(
    "SELECT set_config('statement_timeout', '30000', true), set_config('idle_in_transaction_session_timeout', '15000', true)",
  ),
];

const commit = statement("COMMIT");

/** Other commits may read what apps and pauses are; who changes them waits until all of those have ended. */
function lockControl({ ns, memory, work }: Group): Planned {
  const strength = work.shutsOut ? "UPDATE" : "SHARE";
  return {
    statement: statement(
      `SELECT registry_version, pauses_version, ${minVersionSql} AS min_version FROM stepwell.control WHERE ns = $1 FOR ${strength}`,
      [ns],
    ),
    take({ rows: [row] }) {
      memory.assertUsable(Number(row?.["min_version"] ?? 0));
      memory.atVersions({
        registry: Number(row?.["registry_version"] ?? 0),
        pauses: Number(row?.["pauses_version"] ?? 0),
      });
    },
  };
}

async function load(connection: Connection, planned: readonly Planned[], before: readonly Statement[]): Promise<void> {
  const results = await connection.send([...before, ...planned.map((plan) => plan.statement)]);
  for (const [index, plan] of planned.entries()) {
    const result = results[before.length + index];
    if (result !== undefined) plan.take(result);
  }
}

/** Null when rows were missing; those are wanted then, and what else a dry run asks. */
function decide(rows: LoadedRows, group: Group): { result: unknown; set: WorkingSet } | null {
  const { work, memory } = group;
  const set = openWorkingSet(rows.source, memory);
  try {
    return { result: work.decide(set), set };
  } catch (error) {
    if (!(error instanceof Miss)) throw error;
    group.missed.push(error.read);
    want(rows, error.read);
    dryRun(rows, group);
    return null;
  }
}

/** Finds out what the rules will ask. */
function dryRun(rows: LoadedRows, { work, memory }: Group): void {
  try {
    work.decide(openWorkingSet(rows.guessing, { virtualTime: memory.virtualTime, registryVersion: null }));
  } catch {
    // A wrong guess may lead anywhere. What was asked before that is wanted all the same.
  }
}

function want(rows: LoadedRows, read: Read): void {
  // A question and its key belong together, which the union of all questions does not tell the compiler.
  rows.want(read as { name: ReadName; key: never });
}

/** Once committed they stay, whatever becomes of the group. */
async function makeShared(connection: Connection, rows: LoadedRows, { memory, conflicted }: Group): Promise<void> {
  const shared = rows.planShared(conflicted);
  if (shared.length === 0) return;
  await load(connection, shared, []);
  memory.addRows(rows.made);
}

/**
 * @param mark of this connection; see commit-marks.ts
 * @throws the driver's error: nothing was written. `OutcomeUnknown`: the caller must find out.
 */
export async function commitGroup(connection: Connection, mark: CommitMark, group: Group): Promise<unknown> {
  const { ns, memory } = group;
  const rows = new LoadedRows(ns, memory, group.careful);
  dryRun(rows, group);
  for (const read of group.missed) want(rows, read);
  await makeShared(connection, rows, group);
  await load(connection, [lockControl(group), ...rows.plan()], begin);
  for (let round = 0; round < mostRounds; round += 1) {
    const followUps = rows.plan();
    if (followUps.length > 0) await load(connection, followUps, []);
    const decided = decide(rows, group);
    if (decided === null) continue;
    const { result, set } = decided;
    const changes = set.changes();
    const written = writeStatements(ns, changes);
    if (written.length === 0) await connection.send([commit]);
    else {
      const bytes = bytesOfChanges(changes);
      try {
        await connection.send([mark.next(bytes, memory.now()), ...written, commit]);
      } catch (error) {
        if (connection.isAlive()) throw error;
        throw new OutcomeUnknown("The connection was lost during a commit.", { mark, result, changes, cause: error });
      }
    }
    memory.virtualTime = Math.max(memory.virtualTime, changes.virtualTime);
    memory.addRows(rows.made);
    if (changes.tallies.length > 0) group.meter.count(changes.tallies);
    return result;
  }
  throw new Error(`A commit asked for more rows ${mostRounds} times in a row.`);
}
