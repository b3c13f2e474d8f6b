/**
 * What an engine of an earlier release makes of a state on which a newer one works already: it cannot read items of kinds that it does
 * not know, and must leave them to the other. Between an engine and its state, while it has not been upgraded.
 */
import type { QueueItem, QueueItemKind } from "../domain/queue/queue-item.ts";
import type { Store } from "../ports/store.ts";

/** Kinds that came with a release, and that may wait for a minute without a promise being broken. */
export const laterKinds: readonly QueueItemKind[] = ["bulk", "schedule", "debounce", "batch", "timeout", "request"];

export function asOlder(store: Store, unknown: ReadonlySet<QueueItemKind>): Store {
  const read = (item: QueueItem): QueueItem => {
    if (!unknown.has(item.kind)) return item;
    const payload = { kind: item.kind, text: null, fault: "this release does not know it" };
    return { ...item, kind: "unreadable", payload };
  };
  const older: Pick<Store, "commit" | "lease"> = {
    async commit(transition, claim) {
      const result = await store.commit(transition, claim);
      return result.ok ? { ...result, claimed: result.claimed.map(read) } : result;
    },
    lease: async (request) => (await store.lease(request)).map(read),
  };
  return new Proxy(store, {
    get: (target, name: keyof Store) => (name in older ? older[name as keyof typeof older] : target[name]),
  });
}
