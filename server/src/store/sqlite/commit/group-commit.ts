/**
 * Lets writes that are asked for in the same turn of the event loop share one transaction, and so one disk sync; commits that
 * follow each other are decided together. Made by open-store.ts. Must never resolve a write before the transaction that holds it
 * has returned.
 */
import type { CommitResult } from "../../../domain/commit-result.ts";
import { EngineError } from "../../../domain/error.ts";
import type { Member as Commit } from "../../../rules/apply-transition.ts";
import type { Database } from "../database.ts";
import { isDuplicateKey } from "../file/database-error.ts";

export interface GroupCommit {
  /** Queues `work`, synchronous and free of transactions of its own. Rejects with what `toError` made of its failure. */
  write<T>(work: Work<T>): Promise<T>;
  /** Queues a commit. */
  commit(commit: Commit): Promise<CommitResult>;
  /** Writes what is queued, then refuses all that comes later. */
  close(): void;
}

/**
 * May be run several times, each time in another transaction, until one is kept. `isSure`: false at first, when it may take rows
 * for new without a look; a write that a duplicate key has failed is done again by looking.
 */
export type Work<T> = (isSure: boolean) => T;

/** Decides and writes commits, one result for each, in a transaction that is open. May be run several times, as `Work` may. */
export type CommitAll = (commits: readonly Commit[], isSure: boolean) => CommitResult[];

/** Keeps a flood from blocking the event loop for long. */
const maxGroupSize = 500;

interface Member {
  /** What is to be written: a commit, or a work of its own. */
  task: Commit | Work<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/** `written`: called after each transaction that is on disk. Default: nobody is told. */
export function createGroupCommit(
  database: Database,
  commitAll: CommitAll,
  toError: (cause: unknown) => EngineError,
  written: () => void = () => undefined,
): GroupCommit {
  let queue: Member[] = [];
  let scheduled: NodeJS.Immediate | null = null;
  let closed = false;

  const schedule = (): void => {
    scheduled ??= setImmediate(flush);
  };
  const flush = (): void => {
    scheduled = null;
    const members = queue.slice(0, maxGroupSize);
    queue = queue.slice(maxGroupSize);
    if (queue.length > 0) schedule();
    settle(members, writeGroup(database, commitAll, members, written), toError);
  };
  const enqueue = <T>(task: Commit | Work<T>): Promise<T> => {
    if (closed) return Promise.reject(closedError());
    return new Promise<T>((resolve, reject) => {
      queue.push({ task, resolve: resolve as Member["resolve"], reject });
      schedule();
    });
  };
  return {
    write: enqueue,
    commit: enqueue,
    close() {
      closed = true;
      while (queue.length > 0) flush();
      if (scheduled !== null) clearImmediate(scheduled);
    },
  };
}

/** For a store that was closed. */
export function closedError(): EngineError {
  return new EngineError("shutting_down", "The store is closed. Start the engine again to use it.", {
    retryable: true,
  });
}

/** When the group fails as a whole, each member is tried alone, so that a bad one does not sink its neighbours. */
function writeGroup(database: Database, commitAll: CommitAll, members: Member[], written: () => void): Outcome[] {
  const together = (some: Member[], isSure: boolean): Outcome => {
    const outcome = attempt(() => database.transaction(() => carryOut(commitAll, some, isSure)));
    if (outcome.ok) written();
    return outcome;
  };
  let group = together(members, false);
  if (!group.ok && isDuplicateKey(group.error)) group = together(members, true);
  if (group.ok) return (group.value as unknown[]).map((value) => ({ ok: true, value }));
  if (members.length === 1) return [group];
  return members.map((member) => {
    const alone = together([member], true);
    return alone.ok ? { ok: true, value: (alone.value as unknown[])[0] } : alone;
  });
}

/** In their order. Commits that follow each other are one set of rows: what several of them touch is read and written once. */
function carryOut(commitAll: CommitAll, members: readonly Member[], isSure: boolean): unknown[] {
  const values: unknown[] = [];
  let commits: Commit[] = [];
  const decide = (): void => {
    if (commits.length > 0) values.push(...commitAll(commits, isSure));
    commits = [];
  };
  for (const { task } of members) {
    if (typeof task !== "function") {
      commits.push(task);
      continue;
    }
    decide();
    values.push(task(isSure));
  }
  decide();
  return values;
}

function attempt(work: () => unknown): Outcome {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}

function settle(members: Member[], outcomes: Outcome[], toError: (cause: unknown) => EngineError): void {
  for (const [index, member] of members.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok) member.resolve(outcome.value);
    else member.reject(toError(outcome?.error));
  }
}
