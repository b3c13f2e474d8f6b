/**
 * Stores what was dearly bought: the answer of an app or of another server. Called by execute-item and http-step.
 */
import { isEngineError } from "../../domain/error.ts";
import type { Transition } from "../../domain/transition.ts";
import type { CommitResult } from "../../ports/store.ts";
import type { Parts } from "../parts/parts.ts";
import type { TellCommitted, Worker } from "./worker.ts";

/** Waits between tries to commit an answer that the store would not take, in milliseconds. */
const commitRetryMs = [250, 500, 1000, 2000, 4000, 8000] as const;

/**
 * An answer costs its app real work: it is offered to the store again and again while its lease holds.
 * After that the item is worked on anew.
 */
export async function commitAnswer(
  parts: Parts,
  worker: Worker,
  transition: Transition,
  tell: TellCommitted,
): Promise<CommitResult> {
  for (const waitMs of commitRetryMs) {
    try {
      return await worker.commit(transition, "continues", tell);
    } catch (error) {
      if (!isEngineError(error) || !error.retryable) throw error;
      parts.logger.warn({ error: error.message }, "An answer could not be stored; trying again");
      await new Promise<void>((resolve) => parts.clock.setTimer(parts.clock.now() + waitMs, resolve));
    }
  }
  return worker.commit(transition, "continues", tell);
}
