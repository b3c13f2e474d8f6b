/**
 * Sees every write and every lease as the store carried it out, whatever became of its answer. Lies between the state and an engine's
 * life, below all faults.
 */
import type { LeaseToken, QueueItem } from "../../domain/queue/queue-item.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Claim, CommitResult, LeaseRequest, Store } from "../../ports/store.ts";
import type { Life } from "../simulated-engine.ts";

export type Committed = Extract<CommitResult, { ok: true }>;

export interface StoreWitness {
  committed(life: Life, transition: Transition, result: Committed, claim: Claim | undefined): void;
  leased(life: Life, items: readonly QueueItem[], request: LeaseRequest): void;
  /** Without those that were lost. */
  extended(life: Life, tokens: readonly LeaseToken[], leaseUntil: number): void;
}

export function watchStore(inner: Store, life: Life, witnesses: readonly StoreWitness[]): Store {
  const watched: Pick<Store, "commit" | "lease" | "extend"> = {
    async commit(transition, claim) {
      const result = await inner.commit(transition, claim);
      if (result.ok) for (const witness of witnesses) witness.committed(life, transition, result, claim);
      return result;
    },
    async lease(request) {
      const items = await inner.lease(request);
      for (const witness of witnesses) witness.leased(life, items, request);
      return items;
    },
    async extend(tokens, leaseUntil) {
      const lost = await inner.extend(tokens, leaseUntil);
      const kept = tokens.filter(({ itemId, fence }) => !lost.some((t) => t.itemId === itemId && t.fence === fence));
      for (const witness of witnesses) witness.extended(life, kept, leaseUntil);
      return lost;
    },
  };
  return new Proxy(inner, {
    get: (target, name: keyof Store) => (name in watched ? watched[name as keyof typeof watched] : target[name]),
  });
}
