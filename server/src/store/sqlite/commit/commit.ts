/**
 * Decides over rows and writes what has changed: a working set for the commits of a group, inside a transaction of the group
 * commit, which this must never open or end. Called by open-store.ts.
 */
import type { CommitResult, LeaseRequest } from "../../../domain/commit-result.ts";
import type { LeaseToken, QueueItem } from "../../../domain/queue/queue-item.ts";
import { applyTransition, type Member } from "../../../rules/apply-transition.ts";
import { applyPauses } from "../../../rules/pauses.ts";
import type { Source } from "../../../rules/source.ts";
import { forgetLanes } from "../../../rules/turns/forget-lanes.ts";
import { freeExpired, leaseDue, promoteDue } from "../../../rules/turns/lease-due.ts";
import { openWorkingSet, type WorkingSet } from "../../../rules/working-set.ts";
import type { Database } from "../database.ts";
import { extendLease } from "../tables/queue.ts";
import { memoryOf } from "./memory.ts";
import { createSources } from "./source.ts";
import { writeChanges } from "./writer.ts";

/** Lanes in which nothing lies are forgotten after so many new ones. */
const forgetEvery = 2_000;

/** `isSure`: whether to look for rows that are new almost always; else one that is there makes the write fail. */
export interface Writes {
  commit(members: readonly Member[], isSure: boolean): CommitResult[];
  lease(request: LeaseRequest): QueueItem[];
  /** Returns the leases that are lost. */
  extend(tokens: readonly LeaseToken[], leaseUntil: number): LeaseToken[];
  /** When a store opens: the lanes of what is paused are held, the others are not. */
  applyPauses(): void;
}

export function createWrites(database: Database): Writes {
  const { sure, quick } = createSources(database);
  const write = <T>(source: Source, decide: (set: WorkingSet) => T): T => {
    const set = openWorkingSet(source, memoryOf(database));
    const result = decide(set);
    const changes = set.changes();
    writeChanges(database, changes);
    const memory = memoryOf(database);
    memory.registryVersion += set.registryMoves;
    for (const tally of changes.tallies) memory.tallies.push(tally);
    return result;
  };
  return {
    // Each has its turn before the next is decided, so that what is told of one rests on nothing that comes after it.
    commit: (members, isSure) =>
      write(isSure ? sure : quick, (set) =>
        members.map(({ transition, claim }) => applyTransition(set, transition, claim)),
      ),
    lease(request) {
      const { now } = request;
      write(sure, (set) => freeExpired(set, now));
      write(sure, (set) => promoteDue(set, now));
      const items = write(sure, (set) => leaseDue(set, request));
      const memory = memoryOf(database);
      for (const item of items) memory.hot.noteHeld(item, item.fence);
      if (memory.madeLanes >= forgetEvery && items.length < request.limit) {
        memory.madeLanes = 0;
        write(sure, (set) => forgetLanes(set, now));
      }
      return items;
    },
    extend: (tokens, leaseUntil) => tokens.filter((token) => !extendLease(database, token, leaseUntil)),
    applyPauses: () => write(sure, applyPauses),
  };
}
