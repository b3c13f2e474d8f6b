/**
 * Lets writes that are asked for in the same turn of the event loop share one transaction, and so one disk sync.
 * Made by open-store.ts. Must never resolve a write before the transaction that holds it has returned.
 */
import { EngineError } from "../../../domain/error.ts";
import type { Database } from "../database.ts";
import { isDuplicateKey } from "../file/database-error.ts";

export interface GroupCommit {
  /** Queues `work`, synchronous and free of transactions of its own. Rejects with what `toError` made of its failure. */
  write<T>(work: Work<T>): Promise<T>;
  /** Writes what is queued, then refuses all that comes later. */
  close(): void;
}

/**
 * May be run several times, each time in another transaction, until one is kept. `isSure`: false at first, when it may take rows
 * for new without a look; a write that a duplicate key has failed is done again by looking.
 */
export type Work<T> = (isSure: boolean) => T;

/** Keeps a flood from blocking the event loop for long. */
const maxGroupSize = 500;

interface Member {
  work: Work<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

/** `written`: called after each transaction that is on disk. Default: nobody is told. */
export function createGroupCommit(
  database: Database,
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
    settle(members, writeGroup(database, members, written), toError);
  };
  return {
    write<T>(work: Work<T>): Promise<T> {
      if (closed) return Promise.reject(closedError());
      return new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as Member["resolve"], reject });
        schedule();
      });
    },
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
function writeGroup(database: Database, members: Member[], written: () => void): Outcome[] {
  const transact = (work: () => unknown): Outcome => {
    const outcome = attempt(() => database.transaction(work));
    if (outcome.ok) written();
    return outcome;
  };
  const together = (isSure: boolean): Outcome => transact(() => members.map((member) => member.work(isSure)));
  let group = together(false);
  if (!group.ok && isDuplicateKey(group.error)) group = together(true);
  if (group.ok) return (group.value as unknown[]).map((value) => ({ ok: true, value }));
  if (members.length === 1) return [group];
  return members.map((member) => transact(() => member.work(true)));
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
