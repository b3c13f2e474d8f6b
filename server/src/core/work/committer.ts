/**
 * The only door from core to `store.commit`. A commit may lease what it puts, as far as there are places, and the lease loop
 * begins with that at once. What a commit means for this engine happens here too: calls of cancelled runs end, other engines
 * are told.
 */
import type { Transition } from "../../domain/transition.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Peers } from "../../ports/peers.ts";
import type { CommitResult, Store } from "../../ports/store.ts";
import type { LeaseLoop } from "./lease-loop.ts";
import type { CommitKind, Places } from "./places.ts";
import type { UnderWay } from "./under-way.ts";

/** Hears the result of a commit that was written. */
export type TellCommitted = (result: Extract<CommitResult, { ok: true }>) => void;

export interface Committer {
  /**
   * Commits, and starts at once what the transition put and is due, as far as there are free places.
   * `tell` is called in between, when it was written: so that people hear of a thing before they hear of what follows.
   */
  commit(transition: Transition, kind: CommitKind, tell?: TellCommitted): Promise<CommitResult>;
}

export interface CommitterParts {
  store: Pick<Store, "commit" | "peers">;
  clock: Clock;
  places: Places;
  underWay: UnderWay;
  loop: Pick<LeaseLoop, "begin" | "wakeAt" | "pumpBacklog">;
  /** How long the leases of what a commit puts hold, in milliseconds. */
  leaseMs: number;
}

export function createCommitter(parts: CommitterParts): Committer {
  const { store, clock, places, loop, leaseMs } = parts;
  return {
    async commit(transition, kind, tell) {
      const limit = places.claimLimit(transition, kind);
      const now = clock.now();
      places.promise(limit);
      let result: CommitResult | null = null;
      try {
        result = await store.commit(transition, { now, leaseUntil: now + leaseMs, limit });
      } finally {
        places.promise(-limit);
        if (result?.ok === true) follow(parts, transition, kind, result, tell);
        // It may have been written all the same, with items leased of which nobody here knows.
        if (result === null) loop.wakeAt(now + leaseMs);
        // What came due meanwhile found no place but those that were promised here.
        if (limit > 0) loop.pumpBacklog();
      }
      return result;
    },
  };
}

function follow(
  { store, places, underWay, loop }: CommitterParts,
  transition: Transition,
  kind: CommitKind,
  result: Extract<CommitResult, { ok: true }>,
  tell: TellCommitted | undefined,
): void {
  const cancelled = cancelledBy(transition, result);
  for (const runId of cancelled) underWay.abortRun(runId);
  if (store.peers !== null) tellPeers(store.peers, transition, result.nextDueAt, cancelled);
  tell?.(result);
  const inARow = kind === "continues" ? places.inARow(transition) + 1 : 0;
  for (const item of result.claimed) loop.begin(item, inARow);
  if (result.nextDueAt !== null) loop.wakeAt(result.nextDueAt);
}

/** Another engine may have places for what is left, make a call that is for nothing now, or know apps as they were. */
function tellPeers(
  peers: Peers,
  { sync, removeApp, limitOverride, resetLimits }: Transition,
  nextDueAt: number | null,
  cancelled: readonly string[],
): void {
  if (nextDueAt !== null) peers.tell({ kind: "due", at: nextDueAt });
  if (cancelled.length > 0) peers.tell({ kind: "cancelled", runIds: cancelled });
  if ([sync, removeApp, limitOverride, resetLimits].some((part) => part !== undefined)) peers.tell({ kind: "apps" });
}

/** Runs whose calls, if they make any, are for nothing now. */
function cancelledBy({ run }: Transition, { cancelledRuns }: { cancelledRuns: string[] }): string[] {
  return run?.end?.status === "Cancelled" ? [run.runId, ...cancelledRuns] : cancelledRuns;
}
