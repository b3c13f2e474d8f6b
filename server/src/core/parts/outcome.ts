/**
 * What the handlers of queue items come to: what is to be committed, and who hears of it. They decide and return; `items` commits, and
 * nobody else does for an item.
 */
import type { NotCommitted } from "../../domain/commit-result.ts";
import type { Writes } from "../../domain/transition.ts";
import type { CommitResult } from "../../ports/store.ts";
import type { TellCommitted } from "../work/committer.ts";
import type { CommitKind } from "../work/places.ts";

export interface Outcome {
  /** Written under the item's lease. Without `settle` the item leaves the queue. */
  writes: Writes;
  /** Called when it was written, before what follows from it. */
  tell?: TellCommitted;
  /** Default: `continues`. */
  kind?: CommitKind;
  /** It cost its app real work: it is offered to the store again and again while the lease holds. */
  isDear?: boolean;
  /** What is committed in its place when it is refused for this reason. Default: the item leaves the queue. */
  instead?: { [Reason in Refused]?: Outcome };
}

type Refused = Exclude<NotCommitted["reason"], "stale" | "registry-moved" | "run-moved">;

/**
 * Several outcomes under one lease, each decided when it is known what became of the one before: a handler yields them, and is
 * given the result of each commit.
 */
export type Outcomes = AsyncGenerator<Outcome, void, CommitResult>;

/** There is nothing to do for the item: it leaves the queue. */
export const dropped: Outcome = { writes: {} };
