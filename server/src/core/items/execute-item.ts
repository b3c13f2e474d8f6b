/**
 * Carries out one leased item: looks up its handler, and commits what that comes to. The one place that commits for items, and
 * the only one that knows the committer and the handlers both. Called by the lease loop.
 *
 * Main file of the room `items`. The table of what is done with each kind of queue item, and the commit of what that comes
 * to.
 */
import { isEngineError } from "../../domain/error.ts";
import { leaseOf, type QueueItem } from "../../domain/queue/queue-item.ts";
import type { CommitResult } from "../../ports/store.ts";
import { dropped, type Outcome } from "../parts/outcome.ts";
import type { Parts } from "../parts/parts.ts";
import type { Committer } from "../work/committer.ts";
import { handle } from "./handlers.ts";

/** Waits between tries to commit an answer that the store would not take, in milliseconds. */
const commitRetryMs = [250, 500, 1000, 2000, 4000, 8000] as const;

type CommitParts = Pick<Parts, "clock" | "logger">;

/**
 * An answer costs its app real work: it is offered to the store again and again while its lease holds.
 * After that the item is worked on anew.
 */
async function commitDear(parts: CommitParts, commit: () => Promise<CommitResult>): Promise<CommitResult> {
  for (const waitMs of commitRetryMs) {
    try {
      return await commit();
    } catch (error) {
      if (!isEngineError(error) || !error.retryable) throw error;
      parts.logger.warn({ error: error.message }, "An answer could not be stored; trying again");
      await new Promise<void>((resolve) => parts.clock.setTimer(parts.clock.now() + waitMs, resolve));
    }
  }
  return commit();
}

export async function executeItem(
  parts: Parts,
  committer: Committer,
  item: QueueItem,
  signal: AbortSignal,
): Promise<void> {
  const lease = leaseOf(item);
  const commit = ({ writes, tell, kind = "continues", isDear = false }: Outcome): Promise<CommitResult> => {
    const write = (): Promise<CommitResult> => committer.commit({ lease, ...writes }, kind, tell);
    return isDear ? commitDear(parts, write) : write();
  };
  if (parts.registry.isOld()) await parts.registry.refresh();
  const handled = handle(parts, item, signal);
  if (Symbol.asyncIterator in handled) {
    let next = await handled.next();
    while (next.done !== true) {
      const outcome = next.value;
      let result: CommitResult;
      try {
        result = await commit(outcome);
      } catch (error) {
        next = await handled.throw(error);
        continue;
      }
      next = await handled.next(result);
    }
    return;
  }
  const outcome = await handled;
  const result = await commit(outcome);
  if (result.ok || result.reason === "stale") return;
  // An app was synced or the run was changed since, at whichever engine: what is decided may change.
  if (result.reason === "registry-moved" || result.reason === "run-moved")
    return executeItem(parts, committer, item, signal);
  // Mostly what the item was to end has ended in another way, and nothing is left to do for it.
  await commit(outcome.instead?.[result.reason] ?? dropped);
}
